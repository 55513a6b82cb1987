"""How is a piece of work measured by itself? In a process of its own, which prints one JSON object when it is done."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import uvloop

from shenguan_chassis import logs

from .processes import peak_mb

Work = Callable[..., Awaitable[dict[str, Any]]]


class Stint:
    """A stretch of work of this process: how fast it went, and what it cost."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def of(self, number: float, seconds: float | None = None) -> dict[str, float]:
        """`number` things were done since this was made, or within the last `seconds` of it."""
        took = seconds or time.perf_counter() - self._began[0]
        return {"rate": number / took, "cpu_us": (time.process_time() - self._began[1]) / number * 1e6}


def main(**known: Work) -> None:
    """Do the work that the command line names, with its arguments, and print what it found."""
    logs.configure("WARNING")
    name, *arguments = sys.argv[1:]
    imports = peak_mb()
    found = uvloop.run(_done(known[name], arguments))
    found |= {"peak_mb": peak_mb(), "imports_mb": imports}
    with open(sys.stdout.fileno(), "wb", closefd=False) as out:  # unbuffered, stdout may write a part only
        out.write(orjson.dumps(found))


async def _done(work: Work, arguments: list[str]) -> dict[str, Any]:
    return await work(*arguments)


async def until(holds: Callable[[], bool], pause: float = 0.002) -> None:
    """Return soon after something holds; what is measured does not tell by itself, and looking must not disturb it."""
    while not holds():  # noqa: ASYNC110 - as said
        await asyncio.sleep(pause)


async def run(module: str, *arguments: Any, given: bytes = b"") -> dict[str, Any]:
    """Run `python -m bench.<module> …` on `given` and return what it printed; raises what `subprocess` raises."""
    command = [sys.executable, "-m", f"bench.{module}", *map(str, arguments)]
    done = await asyncio.to_thread(subprocess.run, command, input=given, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found
