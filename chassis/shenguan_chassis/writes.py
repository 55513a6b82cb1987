"""How does everything that a decision changed become one commit?

A command is ONE statement: rows, events, queue and journal, each selected from the check that the versions it was
decided on still hold. Round trips are its cost. A batch sends a set of each shape, however many events it holds.
Every statement has one text per shape, so PostgreSQL plans it once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from asyncpg import Connection

from .journal import JOURNAL_COLUMNS, JOURNAL_TYPES, JournalRow
from .store import Key, Stored
from .tx import Conflict, Pending

_EVENT = ("stream", "seq", "at", "subject", "type", "body")
_EVENT_TYPES = ("uuid", "bigint", "timestamptz", "text", "text", "bytea")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a statement depends on: tables and counts, no values."""

    guards: tuple[Stored, ...]
    changed: tuple[Stored, ...]
    new: tuple[Stored, ...]
    kept: tuple[Stored, ...]
    said: int
    journal: bool


@dataclass(frozen=True, slots=True)
class Sorted:
    """The rows of a pending tx by what must be done with them."""

    guards: list[tuple[Stored, Key, int]]
    changed: list[tuple[Stored, Key, Any, int]]
    new: list[tuple[Stored, Any]]
    kept: list[tuple[Stored, Any]]


def sort(pending: Pending) -> Sorted:
    """Which rows are guarded, changed, new or kept; locks in one order for all, so that they do not cross."""
    changed, new, kept = [], [], []
    for (place, key), row in pending.rows.items():
        base = pending.base.get((place, key))
        if place.noun is None:
            kept.append((place, row))
        elif base:
            changed.append((place, key, row, base))
        else:
            new.append((place, row))
    guards = [(place, key, version) for place, key, version in pending.guards() if version]
    guards.sort(key=lambda guard: (guard[0].name, guard[1]))
    changed.sort(key=lambda change: (change[0].name, change[1][0].int))
    return Sorted(guards, changed, new, kept)


async def write_command(connection: Connection, pending: Pending, at: datetime, journal: JournalRow | None) -> None:
    """Commit a command in one statement; `at` is system time. Raises Conflict and asyncpg's unique violations."""
    rows = sort(pending)
    shape = Shape(
        tuple(guard[0] for guard in rows.guards),
        tuple(change[0] for change in rows.changed),
        tuple(made[0] for made in rows.new),
        tuple(row[0] for row in rows.kept),
        len(pending.said),
        journal is not None,
    )
    values: list[Any] = []
    for _, key, version in rows.guards:
        values += [*key, version]
    for place, key, row, base in rows.changed:
        values += [*key, base, *place.dump(row)[len(key) :]]
    for place, row in [*rows.new, *rows.kept]:
        values += place.dump(row)
    for said in pending.said:
        values += [said.stream, said.seq, at, said.subject, said.type, said.body]
    if journal is not None:
        values += journal.values()
    if await connection.fetchrow(_command_sql(shape), *values) is None:
        raise Conflict("what it was decided on has changed")


class _Text:
    """A statement as it grows: its parts and how many parameters it has."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.count = 0

    def parameters(self, types: Iterable[str]) -> list[str]:
        made = []
        for kind in types:
            self.count += 1
            made.append(f"${self.count}::{kind}")
        return made


@lru_cache(maxsize=1024)
def _command_sql(shape: Shape) -> str:
    text = _Text()
    source = _checks(text, shape)
    for i, place in enumerate(shape.new):
        text.parts.append(f"n{i} AS ({_insert(text, place)}{source})")
    for i, place in enumerate(shape.kept):
        text.parts.append(f"k{i} AS ({_insert(text, place)}{source}{_upsert(place)})")
    if shape.said:
        _events(text, shape.said, source)
    last = "SELECT 1" + source
    if shape.journal:
        values = ", ".join(text.parameters(JOURNAL_TYPES))
        last = f"INSERT INTO journal ({', '.join(JOURNAL_COLUMNS)}) SELECT {values}{source} RETURNING id"
    return (f"WITH {', '.join(text.parts)} " if text.parts else "") + last


def _checks(text: _Text, shape: Shape) -> str:
    """The version checks; returns the FROM of everything that depends on them."""
    if not shape.guards and not shape.changed:
        return ""
    if not shape.guards and len(shape.changed) == 1:
        text.parts.append(f"ok AS ({_update(text, shape.changed[0], checked=True)} RETURNING 1)")
        return " FROM ok"
    locks = []
    for i, place in enumerate(shape.guards):
        key, version = _key_and_version(text, place)
        text.parts.append(f'g{i} AS (SELECT 1 FROM "{place.name}" WHERE {key} AND version = {version} FOR SHARE)')
        locks.append(f"(SELECT count(*) FROM g{i})")
    updates = []
    for i, place in enumerate(shape.changed):
        before = text.count
        key, version = _key_and_version(text, place)
        text.parts.append(
            f'l{i} AS (SELECT 1 FROM "{place.name}" WHERE {key} AND version = {version} FOR NO KEY UPDATE)'
        )
        locks.append(f"(SELECT count(*) FROM l{i})")
        text.count = before
        updates.append(f"u{i} AS ({_update(text, place, checked=False)})")
    text.parts.append(f"ok AS MATERIALIZED (SELECT 1 WHERE {' + '.join(locks)} = {len(locks)})")
    text.parts += updates
    return " FROM ok"


def _key_and_version(text: _Text, place: Stored) -> tuple[str, str]:
    keys = text.parameters(place.type_of(part) for part in place.key)
    match = " AND ".join(f'"{part}" = {value}' for part, value in zip(place.key, keys, strict=True))
    return match, text.parameters(["bigint"])[0]


def _update(text: _Text, place: Stored, *, checked: bool) -> str:
    match, version = _key_and_version(text, place)
    rest = place.columns[len(place.key) :]
    values = text.parameters(place.types[len(place.key) :])
    pairs = ", ".join(f'"{column}" = {value}' for column, value in zip(rest, values, strict=True))
    condition = f" WHERE {match} AND version = {version}"
    return f'UPDATE "{place.name}" SET {pairs}' + (condition if checked else f" FROM ok{condition}")


def _insert(text: _Text, place: Stored) -> str:
    columns = ", ".join(f'"{column}"' for column in place.columns)
    return f'INSERT INTO "{place.name}" ({columns}) SELECT {", ".join(text.parameters(place.types))}'


def _upsert(place: Stored) -> str:
    rest = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in place.columns if column not in place.key)
    key = ", ".join(f'"{part}"' for part in place.key)
    return f" ON CONFLICT ({key}) DO " + (f"UPDATE SET {rest}" if rest else "NOTHING")


def _events(text: _Text, said: int, source: str) -> None:
    """Kept and queued alike, in order; the queue's position is drawn under the lock that the check holds."""
    kept, queued = [], []
    for order in range(said):
        values = text.parameters(_EVENT_TYPES)
        kept.append("(" + ", ".join(values) + ")")
        queued.append(f"({order}, {values[3]}, {values[5]})")
    checked = f"{source}, " if source else " FROM "
    text.parts.append(f"e AS (INSERT INTO event ({', '.join(_EVENT)}) SELECT v.*{checked}(VALUES {', '.join(kept)}) v)")
    text.parts.append(
        f"q AS (INSERT INTO queue (subject, body) SELECT v.s, v.b{checked}"
        f"(VALUES {', '.join(queued)}) v(ord, s, b) ORDER BY v.ord)"
    )


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
    return text + (_upsert(place) if upsert else "")


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
