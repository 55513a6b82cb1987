"""How does a batch write what it changed? A set of each shape, however many events it holds, in its open transaction.

Every statement has one text per table, so PostgreSQL plans it once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from asyncpg import Connection

from .keys import Keys
from .pending import Conflict, Pending, sort
from .store import Key, Stored, stored, upsert_sql


async def write_batch(connection: Connection, pending: Pending) -> None:
    """Write what a batch of reactions changed, in its open transaction; after a Conflict it must be rolled back."""
    rows = sort(pending)
    for place, guarded in _by_place((guard[0], guard[1:]) for guard in rows.guards).items():
        await _guard_many(connection, place, guarded)
    for place, changed in _by_place((change[0], change[1:]) for change in rows.changed).items():
        await _update_many(connection, place, changed)
    for place, new in _by_place(rows.new).items():
        await connection.execute(_insert_many_sql(place, upsert=False), _json(place, new))
    for place, kept in _by_place(rows.kept).items():
        await connection.execute(_insert_many_sql(place, upsert=True), _json(place, kept))
    if pending.said:
        await _say_many(connection, pending)


async def upsert_many(connection: Connection, rows: Sequence[Any], keys: Keys) -> None:
    """Upsert copies of one kind, each key once; raises TypeError for aggregates."""
    place = stored(type(rows[0]))
    if place.noun is not None:
        raise TypeError(f"{place.name} holds aggregates: each is saved with its event")
    sealed = [place.seal(row, keys) for row in rows]
    await connection.execute(_insert_many_sql(place, upsert=True), _json(place, sealed))


def _by_place(pairs: Iterable[tuple[Stored, Any]]) -> dict[Stored, list[Any]]:
    grouped: dict[Stored, list[Any]] = defaultdict(list)
    for place, value in pairs:
        grouped[place].append(value)
    return grouped


def _json(place: Stored, rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [dict(zip(place.columns, place.dump(row), strict=True)) for row in rows]


async def _guard_many(connection: Connection, place: Stored, guarded: list[tuple[Key, int]]) -> None:
    text = (
        f'SELECT 1 FROM "{place.name}" t JOIN unnest($1::uuid[], $2::bigint[]) AS k(id, version)'
        " ON t.id = k.id AND t.version = k.version ORDER BY t.id FOR SHARE OF t"
    )
    found = await connection.fetch(text, [key[0] for key, _ in guarded], [version for _, version in guarded])
    if len(found) != len(guarded):
        raise Conflict(f"{place.name} changed under a batch")


async def _update_many(connection: Connection, place: Stored, changed: list[tuple[Key, Any, int]]) -> None:
    rows = _json(place, [row for _, row, _ in changed])
    done = await connection.execute(
        _update_many_sql(place), rows, [key[0] for key, _, _ in changed], [base for _, _, base in changed]
    )
    if int(done.rpartition(" ")[2]) != len(changed):
        raise Conflict(f"{place.name} changed under a batch")


@lru_cache(maxsize=256)
def _update_many_sql(place: Stored) -> str:
    pairs = ", ".join(f'"{column}" = r."{column}"' for column in place.columns if column != "id")
    return (
        f'UPDATE "{place.name}" t SET {pairs} FROM json_populate_recordset(NULL::"{place.name}", $1::json) r'
        " JOIN unnest($2::uuid[], $3::bigint[]) AS k(id, base) ON k.id = r.id"
        " WHERE t.id = r.id AND t.version = k.base"
    )


@lru_cache(maxsize=256)
def _insert_many_sql(place: Stored, *, upsert: bool) -> str:
    columns = ", ".join(f'"{column}"' for column in place.columns)
    text = (
        f'INSERT INTO "{place.name}" ({columns}) SELECT {columns}'
        f' FROM json_populate_recordset(NULL::"{place.name}", $1::json)'
    )
    return text + (upsert_sql(place) if upsert else "")


_SAY_MANY = """
WITH v AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::bytea[])
    WITH ORDINALITY AS v(stream, seq, subject, type, body, ord)
), e AS (
    INSERT INTO event (stream, seq, at, subject, type, body)
    SELECT stream, seq, clock_timestamp(), subject, type, body FROM v
)
INSERT INTO queue (subject, body) SELECT subject, body FROM v ORDER BY ord
"""


async def _say_many(connection: Connection, pending: Pending) -> None:
    said = pending.said
    await connection.execute(
        _SAY_MANY,
        [one.stream for one in said],
        [one.seq for one in said],
        [one.subject for one in said],
        [one.type for one in said],
        [one.body for one in said],
    )
