"""Where do positions and parked events lie? All SQL of the inbox: locked in stream order, settled in few statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from .hearing import Heard, Unreadable
from .streams import Stream, Waiting, Why

_LOADED_AT_ONCE = 2_000
_LOADED_PER_STREAM = 500

_LOCK = "SELECT stream, seq, parked FROM position WHERE stream = ANY($1::uuid[]) ORDER BY stream FOR UPDATE"
_LOCK_FREE = _LOCK + " SKIP LOCKED"
_LOAD = """
SELECT p.* FROM unnest($1::uuid[]) AS wanted(stream)
CROSS JOIN LATERAL (SELECT * FROM parked WHERE parked.stream = wanted.stream ORDER BY seq LIMIT $2) p
"""
_BYTES = attrgetter("int")
"""PostgreSQL's order of uuids."""
_DUE = "SELECT stream FROM parked WHERE due <= $1 ORDER BY due LIMIT 200"
_NEXT_DUE = "SELECT min(due) FROM parked WHERE due IS NOT NULL"
_DROP = """
DELETE FROM parked p USING unnest($1::uuid[], $2::bigint[]) AS m(stream, at)
WHERE p.stream = m.stream AND p.seq <= m.at RETURNING p.stream
"""
_COLUMNS = "stream, seq, why, source, subject, type, body, starts, awaits, reason, tries, since, due"
_PARK = f"""
INSERT INTO parked ({_COLUMNS})
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[],
    $8::boolean[], $9::uuid[], $10::text[], $11::int[], $12::timestamptz[], $13::timestamptz[])
ON CONFLICT DO NOTHING RETURNING stream
"""
_CHANGE = """
UPDATE parked p SET why = c.why, awaits = c.awaits, reason = c.reason, tries = c.tries, since = c.since, due = c.due
FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::text[], $6::int[], $7::timestamptz[],
    $8::timestamptz[]) AS c(stream, seq, why, awaits, reason, tries, since, due)
WHERE p.stream = c.stream AND p.seq = c.seq
"""
_MOVE = """
WITH known AS (
    UPDATE position p SET seq = m.seq, parked = p.parked + m.more
    FROM unnest($1::uuid[], $2::bigint[], $3::int[]) AS m(stream, seq, more) WHERE p.stream = m.stream
), new AS (
    INSERT INTO position (stream, seq, parked)
    SELECT * FROM unnest($4::uuid[], $5::bigint[], $6::int[]) AS n(stream, seq, parked) ORDER BY n.stream
)
UPDATE parked SET due = $7 WHERE awaits = ANY($1::uuid[] || $4::uuid[]) AND stream <> ALL($1::uuid[] || $4::uuid[])
"""
_REVEAL = """
UPDATE parked p SET due = $2
WHERE (stream, seq) IN (SELECT stream, min(seq) FROM parked WHERE stream = ANY($1::uuid[]) GROUP BY stream)
"""
_KEEP = """
INSERT INTO unreadable (topic, partition, "offset", reason, body, at)
SELECT u.*, $6
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::bytea[]) AS u(topic, part, off, reason, body)
WHERE NOT EXISTS (SELECT FROM unreadable k
    WHERE (k.topic, k.partition, k."offset", k.body) = (u.topic, u.part, u.off, u.body))
"""
_UPGRADED = f"UPDATE parked SET due = $1 WHERE why = '{Why.NEWER}' AND due IS NULL"
_BY_REASON = "SELECT why, count(*) AS events FROM parked GROUP BY why"


async def lock(connection: Connection, wanted: Iterable[UUID], *, free_only: bool = False) -> dict[UUID, Stream]:
    """Lock the positions of streams, in one order for all, and load what is parked of them.

    Streams never heard of have no row to lock: their first commit wins, and the other begins anew. `free_only` leaves
    out streams that are unknown, or locked by another.
    """
    keys = sorted(set(wanted), key=_BYTES)
    rows = await connection.fetch(_LOCK_FREE if free_only else _LOCK, keys)
    streams = {} if free_only else {key: Stream(key) for key in keys}
    for row in rows:
        streams[row["stream"]] = Stream(row["stream"], row["seq"], True, row["parked"], row["seq"])
    await _load(connection, [stream for stream in streams.values() if stream.stored])
    return streams


async def _load(connection: Connection, streams: Sequence[Stream]) -> None:
    if not streams:
        return
    each = max(2, min(_LOADED_PER_STREAM, _LOADED_AT_ONCE // len(streams)))
    by_key = {stream.key: stream for stream in streams}
    for row in await connection.fetch(_LOAD, list(by_key), each):
        by_key[row["stream"]].load(_waiting(row))


def _waiting(row: Record) -> Waiting:
    heard = Heard(row["stream"], row["seq"], row["source"], row["subject"], row["type"], row["starts"], row["body"])
    why, since, due = Why(row["why"]), row["since"], row["due"]
    return Waiting(heard, why, since, due, row["tries"], row["awaits"], row["reason"], stored=True)


async def due_streams(connection: Connection, now: datetime) -> list[UUID]:
    """Streams whose first parked event is due, the longest due first; at most 200."""
    return [row["stream"] for row in await connection.fetch(_DUE, now)]


async def next_due(connection: Connection) -> datetime | None:
    """When the next parked event is due."""
    instant: datetime | None = await connection.fetchval(_NEXT_DUE)
    return instant


async def settle(connection: Connection, streams: Iterable[Stream], now: datetime) -> None:
    """Write what became of the streams, and wake what waits for one of them.

    Raises UniqueViolationError (position_pkey) where another began one of the streams meanwhile.
    """
    touched = [
        stream for stream in streams if stream.at != stream.began or any(w.changed for w in stream.waiting.values())
    ]
    more = dict.fromkeys((stream.key for stream in touched), 0)
    moved = {stream.key for stream in touched if stream.at != stream.began}
    if dropped := [stream for stream in touched if stream.stored and stream.key in moved]:
        for row in await connection.fetch(_DROP, [s.key for s in dropped], [s.at for s in dropped]):
            more[row["stream"]] -= 1
    await _write_waiting(connection, touched, moved, more, now)
    known = [stream for stream in touched if stream.known]
    new = [stream for stream in touched if not stream.known]
    await connection.execute(_MOVE, *_moves(known, more), *_moves(new, more), now)
    if untold := [stream.key for stream in touched if stream.untold]:
        await connection.execute(_REVEAL, untold, now)


def _moves(streams: Sequence[Stream], more: dict[UUID, int]) -> tuple[list[UUID], list[int], list[int]]:
    return [s.key for s in streams], [s.at for s in streams], [more[s.key] for s in streams]


async def _write_waiting(
    connection: Connection, touched: Sequence[Stream], moved: set[UUID], more: dict[UUID, int], now: datetime
) -> None:
    changed = [waiting for stream in touched for waiting in stream.waiting.values() if waiting.changed]
    for waiting in changed:
        if waiting.awaits in moved:
            waiting.due = now
    if new := [waiting for waiting in changed if not waiting.stored]:
        for row in await connection.fetch(_PARK, *_columns([_whole(waiting) for waiting in new])):
            more[row["stream"]] += 1
    if old := [waiting for waiting in changed if waiting.stored]:
        await connection.execute(_CHANGE, *_columns([_state(waiting) for waiting in old]))


def _whole(waiting: Waiting) -> tuple[Any, ...]:
    heard = waiting.heard
    stream, seq, why, *state = _state(waiting)
    return (stream, seq, why, heard.source, heard.subject, heard.type, heard.body, heard.starts, *state)


def _state(waiting: Waiting) -> tuple[Any, ...]:
    heard, why = waiting.heard, waiting.why.value
    return (heard.stream, heard.seq, why, waiting.awaits, waiting.reason, waiting.tries, waiting.since, waiting.due)


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


async def keep_unreadable(connection: Connection, messages: Sequence[Unreadable], now: datetime) -> None:
    """Keep messages that are no event of ours; one that comes again is kept once."""
    if messages:
        rows = [(m.place.topic, m.place.partition, m.place.offset, m.reason, m.body) for m in messages]
        await connection.execute(_KEEP, *_columns(rows), now)


async def try_newer_again(connection: Connection, now: datetime) -> None:
    """This edition may know what an older one did not."""
    await connection.execute(_UPGRADED, now)


async def parked_by_reason(connection: Connection) -> dict[Why, int]:
    """How many events wait, by reason."""
    found = {Why(row["why"]): row["events"] for row in await connection.fetch(_BY_REASON)}
    return {why: found.get(why, 0) for why in Why}
