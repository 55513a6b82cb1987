"""What did the others' journals look like? Each head that was told is kept: who rewrites its journal contradicts it."""

from __future__ import annotations

from asyncpg import Connection

from shenguan_contracts.control import JournalSealed

_KEEP = "INSERT INTO witness (source, number, head, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
_KEPT = "SELECT head FROM witness WHERE source = $1 AND number = $2"


async def witness(connection: Connection, sealed: JournalSealed) -> bool:
    """Keep a head; False if another head of the same number was kept before: the chain was rewritten."""
    head = bytes.fromhex(sealed.head)
    await connection.execute(_KEEP, sealed.source, sealed.number, head, sealed.said_at)
    return bool(await connection.fetchval(_KEPT, sealed.source, sealed.number) == head)
