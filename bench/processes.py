"""What do processes cost? CPU seconds and proportional memory, read from /proc (Linux)."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterable
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """A process and all that descend from it."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = _fields(stat)
        if fields:
            parents[int(stat.parent.name)] = int(fields[1])
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sorted(family)


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of the processes that live."""
    found = (_fields(Path(f"/proc/{pid}/stat")) for pid in pids)
    return sum(int(fields[11]) + int(fields[12]) for fields in found if fields) / _TICKS


def memory_mb(pids: Iterable[int]) -> float:
    """Proportional set size: shared pages are counted once over all who share them."""
    return sum(_pss_kb(pid) for pid in pids) / 1_024


def peak_mb() -> float:
    """The most memory this process ever had (resident; `getrusage` would count its parent's before it began)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0) / 1_024


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _fields(stat: Path) -> list[str]:
    """The fields after the command's name, which may hold anything."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []


class Machine:
    """How much of the machine did others use while we measured? What runs in containers counts as others."""

    def __init__(self) -> None:
        self._began = _busy(), _ours()
        self._at = time.monotonic()

    def others_used(self) -> float:
        """Percent of all cores since this object was made."""
        busy, ours = _busy() - self._began[0], _ours() - self._began[1]
        cores = len(os.sched_getaffinity(0))
        return round(100 * max(0.0, busy - ours) / (cores * (time.monotonic() - self._at)), 1)


def _busy() -> float:
    user, nice, system, _, _, irq, soft, *_ = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + soft) / _TICKS


def _ours() -> float:
    gone = resource.getrusage(resource.RUSAGE_CHILDREN)
    return cpu_seconds(children(os.getpid())) + gone.ru_utime + gone.ru_stime
