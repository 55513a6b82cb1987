"""How does everything that a command changed become one commit? As ONE statement: round trips are its cost.

Rows, events, queue and journal are each selected from the check that the versions it was decided on still hold. Every
statement has one text per shape, so PostgreSQL plans it once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from asyncpg import Connection

from .journal import JOURNAL_COLUMNS, JOURNAL_TYPES, JournalRow
from .pending import Conflict, Pending, sort
from .store import Stored, upsert_sql

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


async def write_command(connection: Connection, pending: Pending, at: datetime, journal: JournalRow | None) -> None:
    """Commit a command in one statement; `at` is system time. Raises Conflict and asyncpg's unique violations.

    What writes nothing needs no statement: what it read cannot have misled anybody.
    """
    if journal is None and not pending.rows:
        return
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
        text.parts.append(f"k{i} AS ({_insert(text, place)}{source}{upsert_sql(place)})")
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
