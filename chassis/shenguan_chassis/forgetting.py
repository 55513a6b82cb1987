"""How does a service let go of rows that nobody needs any more? A few thousand at a time, and only of copies.

An aggregate is never deleted: its numbers would begin anew. What may go, and when, is said by the slice that keeps it.
"""

from __future__ import annotations

from sqlalchemy import Delete

from .db import compiled
from .runtime import Runtime
from .store import is_copy


async def forget(runtime: Runtime, statement: Delete) -> int:
    """Delete what a statement names, by itself and without trace; returns how many rows there were.

    Raises TypeError for the table of an aggregate, or one that no store.py declares.
    """
    if not is_copy(statement.table):
        raise TypeError(f"{statement.table} holds no copies: what has a stream is kept")
    text, values = compiled(statement)
    async with runtime.pool.acquire() as connection:
        done: str = await connection.execute(text, *values)
    return int(done.rpartition(" ")[2])
