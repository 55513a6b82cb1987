"""What if a decision rests on something that is not there? Then it must still not be there when the decision commits.

A row that is not there has no version to check and cannot be locked. So whoever relies on an absence locks its key by
name (shared), and the keys of what it makes (exclusively), writes, and looks again: two who each make what the other
relies on pass one after the other, and whoever makes it without looking is seen. It costs a transaction and three round
trips more, and few commands pay it: those that look for one aggregate in vain and then write another.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from asyncpg import Connection

from .journal import JournalRow
from .pending import Conflict, Pending, Place
from .writes import write_command

_LOCK = """
SELECT CASE WHEN makes THEN pg_advisory_xact_lock(key) ELSE pg_advisory_xact_lock_shared(key) END
FROM unnest($1::bigint[], $2::boolean[]) AS wanted(key, makes)
"""


async def write_relying(
    connection: Connection, pending: Pending, at: datetime, journal: JournalRow | None, absent: Sequence[Place]
) -> None:
    """Commit a command as `write_command` does, if what it relied on as `absent` still is; else raises Conflict."""
    async with connection.transaction():
        await _lock(connection, pending, absent)
        await write_command(connection, pending, at, journal)
        for place, key in absent:
            if await connection.fetchval(f'SELECT EXISTS (SELECT FROM "{place.name}" WHERE id = $1)', *key):
                raise Conflict(f"a row of {place.name} was made meanwhile")


async def _lock(connection: Connection, pending: Pending, absent: Sequence[Place]) -> None:
    """In one order for all, so that they do not cross."""
    wanted = {_number(place): False for place in absent}
    wanted |= {_number(place): True for place, base in pending.base.items() if base == 0}
    keys = sorted(wanted)
    await connection.fetch(_LOCK, keys, [wanted[key] for key in keys])


def _number(place: Place) -> int:
    """A place by a number that fits PostgreSQL's locks; two that share one only wait for each other."""
    named = f"{place[0].name}/{place[1][0]}".encode()
    return int.from_bytes(blake2b(named, digest_size=8).digest(), signed=True)
