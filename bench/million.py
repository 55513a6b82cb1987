"""What does a lot among a million cost? To commit the list, to draw 5 and 100 with certificate, to read that again.

In a process of its own, so that its greatest memory is that of the draw alone; CPU time: others' work is not in it.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

from shenguan_kernel.lots import rules, verify_census
from shenguan_kernel.lots.census import Census, census
from shenguan_kernel.lots.certificate import assemble
from shenguan_kernel.lots.encoding import Hashing
from shenguan_kernel.lots.pool import Candidate
from shenguan_kernel.lots.requirement import Minimum, PanelRule, Trait
from shenguan_kernel.lots.vrf import VrfKey

from .report import Figure

_FIRMS = 1_000_000
_TRADES = (("餐饮",), ("建筑",), ("建筑", "消防"), ("危化",), ("消防",))
_KEY = VrfKey(bytes(range(32)))
_MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
_FIVE = PanelRule(seats=5, per_department=1, minimums=(Minimum(Trait.FIELD, "消防", 1),), load_limit=3)
_HUNDRED = PanelRule(seats=100, per_department=20, minimums=(Minimum(Trait.FIELD, "危化", 2),), load_limit=3)

T = TypeVar("T")


async def measure() -> list[Figure]:
    """A million firms of eleven departments in sixteen thousand kinds."""
    command = [sys.executable, "-m", "bench.million"]
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await child.communicate()
    if child.returncode:
        raise RuntimeError("the draw among a million failed")
    found = json.loads(said)
    return [
        Figure(part="l", what="commit 1,000,000", value=found["commit"], unit="s", target=5.0, sense="at most"),
        Figure(part="l", what="draw 5 of them, certified", value=found["five"], unit="s", target=2.0, sense="at most"),
        Figure(part="l", what="draw 100 of them, certified", value=found["hundred"], unit="s"),
        Figure(part="l", what="read that certificate", value=found["read"], unit="s", note="verify_census.py"),
        Figure(part="l", what="greatest memory", value=found["memory"], unit="MB", target=1024, sense="at most"),
    ]


def firms() -> Iterator[Candidate]:
    """Who could be inspected: department, trade, inspections open, the last one."""
    for one in range(_FIRMS):
        drawn = f"2026-0{1 + one % 9}-0{1 + one % 7}" if one % 3 else None
        gone = "deregistered" if one % 97 == 0 else None
        yield Candidate(f"t-{one:07d}", f"d{one % 11:02}", _TRADES[one % 5], (), one % 4, drawn, gone)


def draw(pool: Census, rule: PanelRule) -> bytes:
    """Declare, draw, certify at level 0."""
    declaration = rules.declare(rules.Intent("draw-1", "inspection/1", rule, _KEY.public), pool, _MONDAY)
    return assemble(declaration, pool, rules.draw(declaration, pool, _KEY))


def main() -> None:
    """Measure in this process; print the figures as JSON."""
    listed = list(firms())
    commit, pool = _timed(lambda: census(listed, Hashing.SHA256))
    five, _ = _timed(lambda: draw(pool, _FIVE))
    hundred, certificate = _timed(lambda: draw(pool, _HUNDRED))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    read, _ = _timed(lambda: verify_census.verify(certificate))
    found: dict[str, Any] = {"commit": commit, "five": five, "hundred": hundred, "read": read, "memory": memory}
    print(json.dumps(found))


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


if __name__ == "__main__":
    main()
