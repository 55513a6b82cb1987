"""Who looks at the clocks? One loop per replica: at its start, then every half minute."""

from __future__ import annotations

import asyncio
from datetime import datetime

from shenguan_chassis.bus.port import BusUnavailable
from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.runtime import Runtime

from . import commands, views
from .rules import EVERY, Reading, judge_running, judge_start


async def watch_clock(runtime: Runtime) -> None:
    """Compare wall, monotonic, database and bus time for ever; what is found is kept, and told as an event."""
    before = await look_at_start(runtime)
    while True:
        await asyncio.sleep(EVERY.total_seconds())
        before = await look_again(runtime, before)


async def look_at_start(runtime: Runtime) -> Reading:
    """The first look, against what was kept."""
    async with runtime.reading(runtime.myself) as read:
        seen_at = await views.last_seen(read)
    now = await _reading(runtime)
    found = judge_start(now, seen_at, alone=_alone(runtime))
    await runtime.transact(commands.note_clock, found, now.wall)
    runtime.bell("obligations").ring()
    return now


async def look_again(runtime: Runtime, before: Reading) -> Reading:
    """A later look, against the one before."""
    now = await _reading(runtime)
    await runtime.transact(commands.note_clock, judge_running(now, before, alone=_alone(runtime)), now.wall)
    runtime.bell("obligations").ring()
    return now


async def _reading(runtime: Runtime) -> Reading:
    bus = await _bus_time(runtime)
    async with runtime.reading(runtime.myself) as read:
        database = await views.database_now(read)
    return Reading(runtime.clock.system(), asyncio.get_running_loop().time(), database, bus)


async def _bus_time(runtime: Runtime) -> datetime | None:
    try:
        return await runtime.bus.now()
    except BusUnavailable:
        return None


def _alone(runtime: Runtime) -> bool:
    """An embedded district is one machine: its database tells the same time, right or wrong."""
    return isinstance(runtime.clock, SandboxClock)
