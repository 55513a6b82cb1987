"""What did the others' logs look like? Heads they signed are kept: who rewrites a log contradicts what we saw of it.

Kept are the newest thousand of each source, of older ones every 64th, of much older ones every 4,096th. Each head
commits to all before it, so the thinned ones say no less; what is lost is how closely a later rewriting is placed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asyncpg import Connection

from shenguan_contracts.control import JournalSealed

from ..journal.head import SignedHead, Statement, back_of

_KEEP = """
INSERT INTO witness (source, number, head, last, statement, key, signature, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
"""
_KNOWN = "SELECT number, head FROM witness WHERE source = $1 AND number = ANY($2::bigint[])"
_NEWEST = "SELECT number, statement FROM witness WHERE source = $1 AND key = $2 ORDER BY number DESC LIMIT 1"
"""Of one key: whoever may write to the topic, but lacks the source's key, cannot make its heads look old."""
_THIN = """
DELETE FROM witness w WHERE source = $1
  AND (number < $2 - 1000 AND number % 64 <> 0 OR number < $2 - 65000 AND number % 4096 <> 0)
  AND NOT EXISTS (SELECT FROM witness o WHERE o.source = w.source AND o.number = w.number AND o.head <> w.head)
"""
_THIN_EVERY = 64


class Contradicted(Exception):
    """A head that cannot be true together with what was witnessed before; the message names both."""


async def witness(connection: Connection, note: JournalSealed, source: str) -> None:
    """Keep a head that the service of the urn `source` says; raises Contradicted, having kept what contradicts.

    A head without signature (of an earlier edition) is passed over; raises ValueError for one that is not its source's
    or not signed by its own key.
    """
    if note.statement is None or note.key is None or note.signature is None:
        return
    signed = SignedHead(note.statement, bytes.fromhex(note.key), bytes.fromhex(note.signature))
    statement = Statement.read(signed.text)
    told = (statement.source, statement.last, statement.head().hex())
    if told != (source, note.number, note.head) or not signed.is_signed():
        raise ValueError("a head that its source did not sign")
    why = await _contradiction(connection, note.source, statement, signed.key)
    if why == _REPEATED:
        return
    await connection.execute(
        _KEEP, note.source, statement.seal, statement.head(), statement.last,
        signed.text, signed.key, signed.signature, statement.sealed_at,
    )  # fmt: skip
    if why is not None:
        raise Contradicted(why)
    if not statement.seal % _THIN_EVERY:
        await connection.execute(_THIN, note.source, statement.seal)


_REPEATED = "an old head, told again after it was thinned out"


async def _contradiction(connection: Connection, source: str, new: Statement, key: bytes) -> str | None:
    """Why it cannot be true; None if it can."""
    wanted = [new.seal, new.seal - 1, back_of(new.seal)]
    rows = await connection.fetch(_KNOWN, source, wanted)
    links = {new.seal: new.head(), new.seal - 1: new.previous, back_of(new.seal): new.back}
    for row in rows:
        if row["head"] != links[row["number"]]:
            return f"seal {row['number']} was another"
    return _against(await connection.fetchrow(_NEWEST, source, key), new)


def _against(newest: Mapping[str, Any] | None, new: Statement) -> str | None:
    """A chain only grows, and its seals only get younger."""
    if newest is None or newest["number"] == new.seal:
        return None
    known = Statement.read(newest["statement"])
    if new.seal > known.seal:
        return None if new.first > known.last else f"seal {new.seal} begins before the end of seal {known.seal}"
    return f"sealed after seal {known.seal}, which is gone" if new.sealed_at > known.sealed_at else _REPEATED
