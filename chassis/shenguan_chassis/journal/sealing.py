"""How is what has come sealed? One seal over the next rows and events, in the order of their transactions.

Only what lies below the oldest open transaction is taken: nothing can appear there any more, so none is missed. No
command waits for it. The caller holds the service's lease: one sealer at a time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Connection

from .entries import EVENT, NO_STREAM, ROW, START, Place, event_text, row_entry
from .head import FIRST, HeadSigner, SignedHead, Statement, back_of
from .merkle import ALGORITHMS, Digest, leaf, root

AT_ONCE = 1024
"""Most rows, and most events, under one seal."""

_YIELD_EVERY = 64
"""Entries hashed before others of the process get their turn: about a millisecond."""

_OLDEST_OPEN = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + shift FROM log_shift"
_NEXT_ROWS = f"SELECT {ROW} FROM journal WHERE (xid, id) > ($1, $2) AND xid < $3 ORDER BY xid, id LIMIT {AT_ONCE}"
_NEXT_EVENTS = f"""
SELECT {EVENT} FROM event
WHERE (xid, stream, seq) > ($1, $2, $3) AND xid < $4 ORDER BY xid, stream, seq LIMIT {AT_ONCE}
"""
_TIP = """
SELECT number, last, rows, head, row_xid, row_id, event_xid, event_stream, event_seq, statement, key, signature
FROM seal ORDER BY number DESC LIMIT 1
"""
_HEAD = "SELECT head FROM seal WHERE number = $1"
_NEWEST = "SELECT statement, key, signature FROM seal ORDER BY number DESC LIMIT 1"
_UNSEALED = """
SELECT (SELECT count(*) FROM journal WHERE (xid, id) > ($1, $2))
     + (SELECT count(*) FROM event WHERE (xid, stream, seq) > ($3, $4, $5))
"""
_COLUMNS = (
    "number", "last", "rows", "statement", "head", "key", "signature",
    "row_xids", "row_ids", "event_xids", "event_streams", "event_seqs", "leaves",
    "row_xid", "row_id", "event_xid", "event_stream", "event_seq",
)  # fmt: skip
_KEEP = f"INSERT INTO seal ({', '.join(_COLUMNS)}) VALUES ({', '.join(f'${n}' for n in range(1, len(_COLUMNS) + 1))})"


@dataclass(frozen=True, slots=True)
class Tip:
    """Where the chain ends: its newest seal, how many entries and rows are under it, and the last of each kind."""

    number: int = 0
    last: int = 0
    rows: int = 0
    head: bytes = FIRST
    row: Place = START
    event: Place = START
    signed: SignedHead | None = None


class ForeignTip(Exception):
    """The newest seal is not signed by a key of ours: somebody else wrote it, and nothing is sealed on top of it."""


@dataclass(frozen=True, slots=True)
class Manner:
    """In whose name it is sealed, with which hash and whose signature."""

    source: str
    algorithm: str
    signer: HeadSigner


async def tip(connection: Connection) -> Tip:
    """The end of the chain."""
    last = await connection.fetchrow(_TIP)
    if last is None:
        return Tip()
    number, entries, rows, head, xid, id_, event_xid, stream, seq, *signed = last
    event = event_xid, UUID(str(stream)), seq
    return Tip(number, entries, rows, head, (xid, NO_STREAM, id_), event, SignedHead(*signed))


async def newest(connection: Connection) -> SignedHead | None:
    """The newest signed head, if anything was sealed."""
    found = await connection.fetchrow(_NEWEST)
    return None if found is None else SignedHead(*found)


async def unsealed(connection: Connection) -> int:
    """How many rows and events are younger than the newest seal."""
    end = await tip(connection)
    return int(await connection.fetchval(_UNSEALED, end.row[0], end.row[2], *end.event))


async def seal(connection: Connection, manner: Manner, now: datetime) -> SignedHead | None:
    """One more seal, over at most `AT_ONCE` rows and events; its head, or None where there was nothing.

    `now` is system time. Raises ForeignTip.
    """
    end = await tip(connection)
    if end.signed is not None and not manner.signer.knows(end.signed, end.head):
        raise ForeignTip(f"seal {end.number} is not signed by a key of {manner.source}")
    open_ = await connection.fetchval(_OLDEST_OPEN)
    rows = await connection.fetch(_NEXT_ROWS, end.row[0], end.row[2], open_)
    events = await connection.fetch(_NEXT_EVENTS, *end.event, open_)
    if not rows and not events:
        return None
    leaves = await _leaves(rows, events, ALGORITHMS[manner.algorithm])
    statement = Statement(
        source=manner.source,
        seal=end.number + 1,
        first=end.last + 1,
        last=end.last + len(leaves),
        algorithm=manner.algorithm,
        root=root(ALGORITHMS[manner.algorithm], leaves),
        previous=end.head,
        back=await _back(connection, end),
        sealed_at=now,
    )
    signed = manner.signer.sign(statement.text())
    await connection.execute(_KEEP, *_values(statement, signed, end, rows, events, leaves))
    return signed


async def _leaves(rows: list[Any], events: list[Any], digest: Digest) -> list[bytes]:
    leaves: list[bytes] = []
    for number, row in enumerate([*rows, *events]):
        text = row_entry(row, digest).text if number < len(rows) else event_text(row)
        leaves.append(leaf(digest, text))
        if not len(leaves) % _YIELD_EVERY:
            await asyncio.sleep(0)
    return leaves


async def _back(connection: Connection, end: Tip) -> bytes:
    wanted = back_of(end.number + 1)
    if wanted == end.number:
        return end.head
    return await connection.fetchval(_HEAD, wanted) if wanted else FIRST


def _values(  # noqa: PLR0913, PLR0917 - a seal's columns
    statement: Statement, signed: SignedHead, end: Tip, rows: list[Any], events: list[Any], leaves: list[bytes]
) -> list[Any]:
    row = (rows[-1]["xid"], NO_STREAM, rows[-1]["id"]) if rows else end.row
    event = (events[-1]["xid"], events[-1]["stream"], events[-1]["seq"]) if events else end.event
    return [
        statement.seal, statement.last, end.rows + len(rows),
        signed.text, statement.head(), signed.key, signed.signature,
        [row["xid"] for row in rows], [row["id"] for row in rows],
        [event["xid"] for event in events], [event["stream"] for event in events], [event["seq"] for event in events],
        b"".join(leaves), row[0], row[2], *event,
    ]  # fmt: skip
