"""What if transactions count from the beginning again? The log's own numbers go on behind the newest.

A database that was dumped and restored into a new PostgreSQL keeps its rows, but new transactions there have small
numbers: they would stand before what was sealed, and never be sealed. So a shift is added to each from then on.
"""

from __future__ import annotations

from asyncpg import Connection

_LOCK = 0x5EA1
_SHIFT = "SELECT shift FROM log_shift"
_BEHIND = """
SELECT greatest((SELECT max(xid) FROM journal), (SELECT max(xid) FROM event), 0) AS newest,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next
"""


async def renumber(connection: Connection) -> int | None:
    """Let new entries stand behind the newest; the new shift, or None where they do. Asked before doors open."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        newest, next_ = await connection.fetchrow(_BEHIND)
        shift = await connection.fetchval(_SHIFT)
        if next_ + shift > newest:
            return None
        shift = newest + 1
        await connection.execute("UPDATE log_shift SET shift = $1", shift)
        for table in ("journal", "event"):
            default = f"(pg_current_xact_id()::text::bigint + {int(shift)})"
            await connection.execute(f"ALTER TABLE {table} ALTER COLUMN xid SET DEFAULT {default}")
        return int(shift)
