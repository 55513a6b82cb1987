"""How does an aggregate lie in the database? One table, a column per field, its version beside its id.

    cases = aggregate(metadata, Case, noun="case", owner="departments", columns=[Column("state", Text), …])
    offices = copy(metadata, Office, key=["department"], owner=BUREAU, columns=[…])

The dataclass is the one definition of the fields; a column that it does not have, or lacks, is an error at import. So
is a table that does not say whose its rows are (`owners`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from sys import intern
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, FromClause, MetaData, Table, Uuid
from sqlalchemy.dialects import postgresql

from .keys import NO_KEYS, Keys
from .owners import BUREAU, EVERYONE, OWNER, Owner, owner_in
from .personal.column import Guarded, guarded
from .personal.value import Personal

__all__ = [
    "BUREAU",
    "EVERYONE",
    "Aggregate",
    "Key",
    "Owner",
    "Stored",
    "aggregate",
    "aggregates_of",
    "copy",
    "guarded_in",
    "is_copy",
    "of_noun",
    "stored",
    "upsert_sql",
]

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
    unless_newer: str
    """The column by which an upsert leaves what is newer alone; empty where the last one wins."""
    columns: tuple[str, ...]
    types: tuple[str, ...]
    adapter: TypeAdapter[Any]
    dump: Callable[[Any], tuple[Any, ...]]
    """The values of a dataclass in the order of `columns`."""
    key_of: Callable[[Any], Key]
    """The key of a dataclass."""
    values: Callable[[Any], tuple[Any, ...]]
    """The fields of a dataclass in the order of `columns`, as they are."""
    owner: Owner
    """Whose a row is."""
    guarded: Guarded | None
    """Its personal columns, if it has any."""

    def load(self, row: Mapping[str, Any], keys: Keys = NO_KEYS) -> Any:
        """The dataclass of a row; what is personal is opened with `keys`. Raises SealBroken."""
        values = dict(row)
        if self.guarded is not None:
            self.guarded.open(values, tuple(values[part] for part in self.key), keys)
        return self.adapter.validate_python(values)

    def seal(self, value: A, keys: Keys) -> A:
        """The dataclass as it may be dumped: what is personal is sealed for its row."""
        return value if self.guarded is None else self.guarded.seal(value, self.key_of(value), keys)

    def grown(self, aggregate: A, version: int) -> A:
        """The aggregate with another version; `dataclasses.replace` asks each field first what it is."""
        fields = dict(zip(self.columns, self.values(aggregate), strict=True))
        fields["version"] = version
        made: A = self.kind(**fields)
        return made

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


def aggregates_of(tables: Collection[MetaData]) -> list[Stored]:
    """The aggregates of one service, which is told by its tables."""
    return [place for place in _STORED.values() if place.noun is not None and place.table.metadata in tables]


def of_noun(noun: str) -> list[Stored]:
    """The aggregates whose streams are `noun/…`: one, or none; more only where two services use one word."""
    return [place for place in _STORED.values() if place.noun == noun]


def is_copy(table: FromClause) -> bool:
    """Does this table hold rows kept from what others say, or of the machinery, and no aggregates?"""
    return any(place.table is table and place.noun is None for place in _STORED.values())


Owners = Owner | str | Sequence[str]
"""Whose rows: a column, several, EVERYONE or BUREAU."""


def guarded_in(metadata: Collection[MetaData]) -> list[Stored]:
    """Every declared table of these that has personal columns, by name."""
    found = (place for place in _STORED.values() if place.guarded is not None and place.table.metadata in metadata)
    return sorted(found, key=lambda place: place.name)


def aggregate(  # noqa: PLR0913 - each is a fact of the declaration, named at the call
    metadata: MetaData, kind: type[Any], *, noun: str, owner: Owners, columns: Sequence[Any], table: str = ""
) -> Table:
    """Declare the table of an aggregate: `id` and `version` are added; its events are of the streams `noun/…`."""
    own = [Column("id", Uuid, primary_key=True), Column("version", BigInteger, nullable=False)]
    name = table or noun.replace("-", "_") + "s"
    made = Table(name, metadata, *own, *columns, postgresql_with={"fillfactor": "80"})
    made.info[OWNER] = owner_in(made, owner)
    return _enter(kind, made, noun, ("id",))


def copy(  # noqa: PLR0913 - as above
    metadata: MetaData,
    kind: type[Any],
    *,
    key: Sequence[str],
    owner: Owners,
    columns: Sequence[Any],
    table: str = "",
    unless_newer: str = "",
) -> Table:
    """Declare a table of rows kept from what others say: upserted whole, the last one wins.

    With `unless_newer`, a row whose value in that column is newer than that of what comes is left as it is.
    """
    made = Table(table or kind.__name__.lower() + "s", metadata, *columns)
    made.info[OWNER] = owner_in(made, owner)
    return _enter(kind, made, None, tuple(key), unless_newer)


def _enter(kind: type[Any], table: Table, noun: str | None, key: tuple[str, ...], unless_newer: str = "") -> Table:
    wanted, found = {field.name for field in fields(kind)}, {column.name for column in table.columns}
    if wanted != found:
        raise TypeError(f"{kind.__name__} and table {table.name} differ in {sorted(wanted ^ found)}")
    # JSON wants plain strings as keys; a call with keywords finds its parameters at once if they are the same objects.
    columns = tuple(intern(str(column.name)) for column in table.columns)
    types = tuple(column.type.compile(dialect=_DIALECT) for column in table.columns)
    private = guarded(kind, table)
    _STORED[kind] = Stored(
        kind=kind,
        table=table,
        name=str(table.name),
        noun=noun,
        key=key,
        unless_newer=unless_newer,
        columns=columns,
        types=types,
        adapter=TypeAdapter(kind),
        dump=_reading(columns) if private is None else _sealed(_reading(columns)),
        key_of=_reading(key),
        values=_reading(columns),
        owner=table.info[OWNER],
        guarded=private,
    )
    return table


def _reading(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Reads these attributes of a dataclass, which every command and every event does several times."""
    found = attrgetter(*names)
    return found if len(names) > 1 else lambda value: (found(value),)


def _sealed(read: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], tuple[Any, ...]]:
    """The same with personal data as they lie in the database; a TypeError for one in clear."""
    return lambda value: tuple(part.stored if isinstance(part, Personal) else part for part in read(value))


def upsert_sql(place: Stored) -> str:
    """What an insert of a copy does where the key is there already: the last one wins, or the newer one."""
    rest = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in place.columns if column not in place.key)
    key = ", ".join(f'"{part}"' for part in place.key)
    newer = f' WHERE "{place.name}"."{age}" <= EXCLUDED."{age}"' if (age := place.unless_newer) else ""
    return f" ON CONFLICT ({key}) DO " + (f"UPDATE SET {rest}{newer}" if rest else "NOTHING")
