"""How does an aggregate lie in the database? One table, a column per field, its version beside its id.

    cases = aggregate(metadata, Case, noun="case", columns=[Column("state", Text, nullable=False), …])
    offices = copy(metadata, Office, key=["department"], columns=[…])

The dataclass is the one definition of the fields; a column that it does not have, or lacks, is an error at import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, MetaData, Table, Uuid
from sqlalchemy.dialects import postgresql

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it unannotated
Key = tuple[Any, ...]


class Aggregate(Protocol):
    """What every aggregate has; `version` is the number of its last event, and its ETag."""

    @property
    def id(self) -> UUID:
        """Its identity, never reused."""

    @property
    def version(self) -> int:
        """The number of its last event."""


A = TypeVar("A")


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """Where and how rows of one dataclass lie, one object per kind; `noun` is None for a copy."""

    kind: type[Any]
    table: Table
    name: str
    noun: str | None
    key: tuple[str, ...]
    columns: tuple[str, ...]
    types: tuple[str, ...]
    adapter: TypeAdapter[Any]
    dump: Callable[[Any], tuple[Any, ...]]
    """The values of a dataclass in the order of `columns`."""
    key_of: Callable[[Any], Key]
    """The key of a dataclass."""

    def load(self, row: Mapping[str, Any]) -> Any:
        """The dataclass of a row."""
        return self.adapter.validate_python(dict(row))

    def type_of(self, column: str) -> str:
        """The SQL type of a column."""
        return self.types[self.columns.index(column)]


_STORED: dict[type[Any], Stored] = {}


def stored(kind: type[Any]) -> Stored:
    """How a dataclass is stored; a TypeError names one that no store.py declares."""
    found = _STORED.get(kind)
    if found is None:
        raise TypeError(f"{kind.__name__} has no table: declare it in the store.py of its slice")
    return found


def aggregate(metadata: MetaData, kind: type[Any], *, noun: str, columns: Sequence[Any], table: str = "") -> Table:
    """Declare the table of an aggregate: `id` and `version` are added; its events are of the streams `noun/…`."""
    own = [Column("id", Uuid, primary_key=True), Column("version", BigInteger, nullable=False)]
    name = table or noun.replace("-", "_") + "s"
    made = Table(name, metadata, *own, *columns, postgresql_with={"fillfactor": "80"})
    return _enter(kind, made, noun, ("id",))


def copy(metadata: MetaData, kind: type[Any], *, key: Sequence[str], columns: Sequence[Any], table: str = "") -> Table:
    """Declare a table of rows kept from what others say: upserted whole, the last one wins."""
    made = Table(table or kind.__name__.lower() + "s", metadata, *columns)
    return _enter(kind, made, None, tuple(key))


def _enter(kind: type[Any], table: Table, noun: str | None, key: tuple[str, ...]) -> Table:
    wanted, found = {field.name for field in fields(kind)}, {column.name for column in table.columns}
    if wanted != found:
        raise TypeError(f"{kind.__name__} and table {table.name} differ in {sorted(wanted ^ found)}")
    columns = tuple(str(column.name) for column in table.columns)  # JSON wants plain strings as keys
    types = tuple(column.type.compile(dialect=_DIALECT) for column in table.columns)
    _STORED[kind] = Stored(
        kind=kind,
        table=table,
        name=str(table.name),
        noun=noun,
        key=key,
        columns=columns,
        types=types,
        adapter=TypeAdapter(kind),
        dump=_reading(columns),
        key_of=_reading(key),
    )
    return table


def _reading(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Reads these attributes of a dataclass, which every command and every event does several times."""
    found = attrgetter(*names)
    return found if len(names) > 1 else lambda value: (found(value),)


def upsert_sql(place: Stored) -> str:
    """What an insert of a copy does where the key is there already: the last one wins."""
    rest = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in place.columns if column not in place.key)
    key = ", ".join(f'"{part}"' for part in place.key)
    return f" ON CONFLICT ({key}) DO " + (f"UPDATE SET {rest}" if rest else "NOTHING")
