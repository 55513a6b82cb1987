"""(e) What does an embedded district cost while nobody asks it anything?"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from . import worker
from .processes import children, cpu_seconds, memory_mb
from .report import Figure

_SETTLES = 8.0
_STARTS_WITHIN = 90.0


async def measure(seconds: float) -> list[Figure]:
    """`shenguan up` with its sample district, left alone for `seconds` after it has settled."""
    with _open_folder() as folder:
        async with _district(folder / "data") as pid:
            await asyncio.sleep(_SETTLES)
            family = children(pid)
            before, began = cpu_seconds(family), time.perf_counter()
            await asyncio.sleep(seconds)
            used = cpu_seconds(children(pid)) - before
            share = 100 * used / (time.perf_counter() - began)
            figures = [
                Figure(part="e", what="idle CPU", value=share, unit="% of a core", target=2.0, sense="at most"),
                _memory("memory (PSS), process and PostgreSQL", children(pid), 350.0),
                _memory("of it the process", [pid], None),
            ]
    return figures


@contextmanager
def _open_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own user can reach."""
    with TemporaryDirectory(prefix="shenguan-idle-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def _memory(what: str, pids: list[int], target: float | None) -> Figure:
    return Figure(part="e", what=what, value=memory_mb(pids), unit="MB", target=target, sense="at most")


@asynccontextmanager
async def _district(data: Path) -> AsyncIterator[int]:
    command = [sys.executable, "-m", "shenguan_launcher", "up", "--port", "0", "--data", str(data), "--sample"]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
    try:
        async with asyncio.timeout(_STARTS_WITHIN):
            await worker.until(lambda: (data / "running.json").exists() or process.returncode is not None, 0.1)
        if process.returncode is not None:
            raise RuntimeError("the district did not start")
        yield process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
