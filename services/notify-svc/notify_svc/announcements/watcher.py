"""Who looks whether a year is missing? One loop per replica: at its start, then each hour, and when the clock moves."""

from __future__ import annotations

from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.runtime import Runtime

from ..calendar.rules import PublishedYear
from . import commands

EVERY = 3_600.0
"""Seconds until the next look at the latest."""


async def miss_announcements(runtime: Runtime) -> None:
    """Tell the operator, for ever, of what should have been announced and is not loaded."""
    bell = runtime.bell("announcements", PublishedYear)
    if isinstance(runtime.clock, SandboxClock):
        runtime.clock.on_move(bell.ring)
    while True:
        await runtime.transact(commands.miss_years)
        await bell.wait(EVERY)
