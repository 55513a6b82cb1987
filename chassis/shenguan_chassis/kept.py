"""How are events kept, and how is a bus that lost them filled again? By month, and by queueing them once more.

**Filling a lost bus.** Stop the services, `shenguan republish --all`, start them. For each service `refill` first sets
its group back to the beginning of what it hears, then queues everything it ever said; the relays send it after the
start. The order matters: records under the old offsets of a group would be skipped in silence (faults.md, 2). A group
that still has members cannot be set back: `GroupNotEmpty`, and nothing is queued. What was heard before is dropped as
a duplicate. A part (`republish` by stream or time) needs no stop: it only repeats.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from asyncpg import Connection

from .bus.port import Bus
from .clock import Clock
from .ids import stream_key

_AHEAD = 3
_LOOK_EVERY = 6 * 3600.0
_LOCK = 5_368_002
_AGAIN = "INSERT INTO queue (subject, body) SELECT subject, body FROM event WHERE {} ORDER BY seq, at"
_MOVE_IN = """
WITH moved AS (DELETE FROM event_other WHERE at >= $1 AND at < $2 RETURNING *) INSERT INTO {} SELECT * FROM moved
"""


def month_of(instant: datetime, ahead: int = 0) -> datetime:
    """The first instant (UTC) of the month `ahead` months after that of `instant`."""
    months = instant.year * 12 + instant.month - 1 + ahead
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


async def make_partitions(connection: Connection, now: datetime, ahead: int = _AHEAD) -> list[str]:
    """Make the partitions of this month and the next `ahead` ones that are missing; returns their names.

    Events that fell into `event_other` because a month had no partition are moved into it.
    """
    made = []
    for number in range(ahead + 1):
        begin, end = month_of(now, number), month_of(now, number + 1)
        name = f"event_{begin:%Y_%m}"
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
            if await connection.fetchval("SELECT to_regclass($1)", name) is None:
                await _make(connection, name, begin, end)
                made.append(name)
    return made


async def _make(connection: Connection, name: str, begin: datetime, end: datetime) -> None:
    """A table is filled and then attached: that blocks neither readers nor writers of the other partitions."""
    await connection.execute(f"CREATE TABLE {name} (LIKE event INCLUDING ALL)")
    await connection.execute(_MOVE_IN.format(name), begin, end)
    bounds = f"FROM ('{begin.isoformat()}') TO ('{end.isoformat()}')"
    await connection.execute(f"ALTER TABLE event ATTACH PARTITION {name} FOR VALUES {bounds}")


class Partitions:
    """Looks after the partitions of one service, a few times a day."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], clock: Clock) -> None:
        self._connect = connect
        self._clock = clock

    async def run(self) -> None:
        """Make what is missing, for ever. Raises what asyncpg raises."""
        while True:
            connection = await self._connect()
            try:
                await make_partitions(connection, self._clock.system())
            finally:
                await connection.close()
            await asyncio.sleep(_LOOK_EVERY)


async def republish(
    connection: Connection, *, service: str, subjects: Iterable[str] | None = None, since: datetime | None = None
) -> int:
    """Queue kept events once more: of some streams, from an instant on (system time), or all; returns how many.

    Each stream's events are queued in order. Who has them drops them.
    """
    conditions: list[str] = ["true"]
    values: list[Any] = []
    if subjects is not None:
        values.append([stream_key(service, subject) for subject in subjects])
        conditions.append(f"stream = ANY(${len(values)}::uuid[])")
    if since is not None:
        values.append(since)
        conditions.append(f"at >= ${len(values)}")
    return _count(await connection.execute(_AGAIN.format(" AND ".join(conditions)), *values))


async def resend(connection: Connection, stream: UUID, first: int, last: int | None, most: int = 10_000) -> int:
    """Queue some numbers of one stream once more; returns how many there were."""
    numbers = "stream = $1 AND seq >= $2 AND seq <= least($3, $2 + $4 - 1)"
    return _count(await connection.execute(_AGAIN.format(numbers), stream, first, last, most))


async def refill(connection: Connection, bus: Bus, *, service: str, group: str, topics: Sequence[str]) -> int:
    """Fill a lost bus again with all that a stopped service said; see above. Raises GroupNotEmpty, BusUnavailable."""
    if topics:
        await bus.rewind(group, topics)
    return await republish(connection, service=service)


def _count(status: str) -> int:
    return int(status.rpartition(" ")[2])
