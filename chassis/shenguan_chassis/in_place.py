"""How are copies changed by the dozen without being read? By one statement where they lie, or one that brings them all.

Only copies: an aggregate changes with its event and its version.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Update

from .batch_writes import upsert_many
from .db import compiled
from .runtime import Runtime
from .store import is_copy
from .tx import Tx


async def change_in_place(tx: Tx, statement: Update) -> int:
    """Run an UPDATE of copies within a transaction of the service itself; returns how many rows it changed.

    Raises TypeError for the table of an aggregate, or one that no store.py declares.
    """
    if not is_copy(statement.table):
        raise TypeError(f"{statement.table} holds no copies: an aggregate is saved with its event")
    text, values = compiled(statement)
    done: str = await tx.connection.execute(text, *values)
    return int(done.rpartition(" ")[2])


async def keep_at_once(runtime: Runtime, rows: Sequence[Any]) -> None:
    """Upsert copies of one kind, each key once, by one statement that commits by itself: no further round trip."""
    if rows:
        async with runtime.pool.acquire() as connection:
            await upsert_many(connection, rows, runtime.keys)
