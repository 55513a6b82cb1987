"""Who notices that time has passed? One loop per replica: it sleeps to the nearest due instant and lets time say so.

It keeps nothing in memory: after a crash, a move of the sandbox clock or weeks of downtime it finds in the index what
is due. Several replicas may look at once: the version of the row lets one of them through. It looks whenever this
replica changed one and every five seconds, which costs one index entry: one may be opened that is due sooner.
While the host's clock is in doubt, or not looked at since it may have jumped, duties with a legal effect are held, and
all others go on.
"""

from __future__ import annotations

from datetime import timedelta

from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.together import transact_together

from ..clockwatch.rules import ClockWatch
from ..clockwatch.views import is_trusted
from ..duties.views import WITH_LEGAL_EFFECT
from . import commands
from .rules import Obligation
from .store import next_look, to_look_at

AT_ONCE = 1_000
"""Obligations per transaction, read and written as sets."""

LONGEST_SLEEP = 5.0
"""Seconds until the next look at the latest; the bell rings whenever this replica changed one."""

_JUST_AFTER = timedelta(microseconds=1)


async def keep_time(runtime: Runtime) -> None:
    """Let every obligation lapse and climb at its instant by the legal clock, for ever."""
    bell = runtime.bell("obligations", Obligation, ClockWatch)
    if isinstance(runtime.clock, SandboxClock):
        runtime.clock.on_move(bell.ring)
    while True:
        left = await _until_next(runtime)
        if left > 0 or not await look(runtime):
            await bell.wait(left or LONGEST_SLEEP)


async def look(runtime: Runtime) -> bool:
    """Handle the longest waiting ones; True if there were any that could be handled.

    Nothing is called overdue before every source was heard past that instant: an act in time may still be on its way.
    """
    async with runtime.reading(runtime.myself) as read:
        held = () if await is_trusted(read, runtime.clock.system()) else WITH_LEGAL_EFFECT
        rows = await read.rows(to_look_at(read.now, AT_ONCE, held))
    if not rows or not await runtime.marks.heard_past(rows[-1]["look_at"] + _JUST_AFTER):
        return False
    keys = [row["id"] for row in rows]
    await transact_together(runtime, commands.let_lapse, keys, wanted=commands.lapse_wants(keys))
    return True


async def _until_next(runtime: Runtime) -> float:
    """Seconds until something is due, `LONGEST_SLEEP` at most; 0: something is. One index entry is read."""
    async with runtime.reading(runtime.myself) as read:
        rows = await read.rows(next_look())
        left = (rows[0]["look_at"] - read.now).total_seconds() if rows else LONGEST_SLEEP
        return min(max(left, 0.0), LONGEST_SLEEP)
