"""How is a piece of work measured by itself? In a process of its own, which prints one JSON object when it is done."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import uvloop

from shenguan_chassis import logs

from .processes import peak_mb

Work = Callable[..., Awaitable[dict[str, float]]]


def main(**known: Work) -> None:
    """Do the work that the command line names, with its arguments, and print what it found."""
    logs.configure("WARNING")
    name, *arguments = sys.argv[1:]
    imports = peak_mb()
    found = uvloop.run(_done(known[name], arguments))
    found |= {"peak_mb": peak_mb(), "imports_mb": imports}
    sys.stdout.buffer.write(orjson.dumps(found))


async def _done(work: Work, arguments: list[str]) -> dict[str, float]:
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
