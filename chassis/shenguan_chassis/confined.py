"""How is a file from outside parsed without danger to the house? In a child process with bounds, without its secrets.

    answer = await confined("expert_svc.annexes.child", raw, Bounds())

The child has no environment but the place of our modules, and no inherited descriptors. It puts limits on its own
memory, time and files before it imports the parser, reads what it is given from its standard input and answers with
`answer(raw) -> bytes` of that module. A file of half a megabyte can want a gigabyte: then the child dies, and the house
goes on.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from .refusals import Refusal

_AT_ONCE: Final = 4
_OUT_OF_BOUNDS: Final = 3
_under_way: set[object] = set()


class TooManyFiles(Refusal, status=503, rule="接口约定"):
    """正在处理的文件过多：请按 Retry-After 稍后再试。"""


class OutOfBounds(Exception):
    """What was given wants more memory or time than it may have."""


class Failed(Exception):
    """The child ended without an answer, for another reason."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a child may use."""

    memory: int = 384 << 20
    """Bytes of address space."""
    cpu: int = 4
    """Seconds of processor time."""
    seconds: float = 8
    """Until it is killed, however idle."""


async def confined(module: str, raw: bytes, bounds: Bounds) -> bytes:
    """What `module.answer(raw)` says in a child; raises TooManyFiles, OutOfBounds, Failed."""
    if len(_under_way) >= _AT_ONCE:
        raise TooManyFiles
    _under_way.add(mine := object())
    try:
        return await _asked(module, raw, bounds)
    finally:
        _under_way.discard(mine)


async def _asked(module: str, raw: bytes, bounds: Bounds) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-s", "-B", "-m", __name__, module, str(bounds.memory), str(bounds.cpu),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env=_paths(), cwd="/", start_new_session=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(bounds.seconds):
            told, _ = await process.communicate(raw)
    except TimeoutError:
        raise OutOfBounds from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    code = await process.wait()
    if code == 0:
        return told
    raise OutOfBounds if code == _OUT_OF_BOUNDS or code < 0 else Failed


def _paths() -> dict[str, str]:
    """All that the child is told of its surroundings: where our own modules lie, if that is said there."""
    found = os.environ.get("PYTHONPATH")
    return {} if found is None else {"PYTHONPATH": found}


def _bound(memory: int, cpu: int) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _answer(module: str, memory: str, cpu: str) -> int:
    """The child's own life."""
    _bound(int(memory), int(cpu))
    try:
        told = import_module(module).answer(sys.stdin.buffer.read())
    except MemoryError:
        return _OUT_OF_BOUNDS
    sys.stdout.buffer.write(told)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(_answer(*sys.argv[1:]))
