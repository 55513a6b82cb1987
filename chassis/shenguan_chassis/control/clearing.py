"""When has everything dated before an instant left the house? When nothing dated earlier can be committed any more, and
what was committed is on the bus.

A decision reads the legal clock first and commits a moment later. So, once the legal clock has passed the instant:
wait `_GRACE` (between reading the clock and sending its one statement a command only runs Python and reads), then until
every transaction that has written anything by then has ended (a batch holds locks from before it reads the clock, so it
counts as one that wrote), then until the queue of that moment is empty.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from asyncpg import Connection

from ..clock import Clock

_GRACE = 1.0
_ENDED = "SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::text::xid8"
_LAST = "SELECT max(pos) FROM queue"
_GONE = "SELECT NOT EXISTS (SELECT FROM queue WHERE pos <= $1)"


async def cleared(connection: Connection, clock: Clock, until: datetime) -> None:
    """Wait until all that this service dated before `until` is on the bus. The caller bounds the time."""
    await _until(lambda: _passed(clock, until))
    await asyncio.sleep(_GRACE)
    now = await connection.fetchval("SELECT pg_current_xact_id()::text")
    await _until(lambda: connection.fetchval(_ENDED, now))
    last = await connection.fetchval(_LAST)
    if last is not None:
        await _until(lambda: connection.fetchval(_GONE, last))


async def _passed(clock: Clock, until: datetime) -> bool:
    return clock.legal() > until


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    pause = 0.01
    while not await true():
        await asyncio.sleep(pause)
        pause = min(0.2, pause * 1.5)
