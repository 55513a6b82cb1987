"""Where does an aggregate's story lead? To what its events name, and to what names it.

By the house's own spelling: a field or column `license_id` names `license/<id>`; a text `about`, or `purpose`, names a
subject as it is. Nobody lists the links: a new slice is found by how it names things.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from asyncpg import Connection
from sqlalchemy import MetaData, Text, Uuid

from shenguan_contracts.envelope import decode

from ..ids import stream_key
from ..journal.history import Subject
from ..store import Stored, aggregates_of

_EVENTS = "SELECT body FROM event WHERE stream = $1 ORDER BY seq LIMIT 1000"
_MOST = 50
_NAMED_WHOLE = ("about", "purpose")


async def named_by(connection: Connection, service: str, subject: Subject) -> set[str]:
    """The subjects that its events name here."""
    rows = await connection.fetch(_EVENTS, stream_key(service, str(subject)))
    return {named for row in rows for named in _names_in(decode(row["body"]).data)} - {str(subject)}


async def naming(connection: Connection, tables: Collection[MetaData], subject: Subject) -> set[str]:
    """The aggregates of this service that name it, at most fifty of each kind."""
    found: set[str] = set()
    for stored in aggregates_of(tables):
        for column, value in _columns(stored, subject):
            query = f'SELECT id FROM "{stored.name}" WHERE "{column}" = $1 ORDER BY id LIMIT {_MOST}'
            found |= {f"{stored.noun}/{row['id']}" for row in await connection.fetch(query, value)}
    return found - {str(subject)}


def _columns(stored: Stored, subject: Subject) -> Iterator[tuple[str, UUID | str]]:
    for column in stored.table.columns:
        if column.name == f"{subject.noun.replace('-', '_')}_id" and isinstance(column.type, Uuid):
            yield column.name, subject.id
        elif column.name in _NAMED_WHOLE and isinstance(column.type, Text):
            yield column.name, str(subject)


def _names_in(data: Mapping[str, Any]) -> Iterator[str]:
    for field, value in data.items():
        if isinstance(value, str):
            text = f"{field.removesuffix('_id').replace('_', '-')}/{value}" if field.endswith("_id") else value
            if field.endswith("_id") or field in _NAMED_WHOLE:
                yield text
