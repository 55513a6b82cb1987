"""How does a slice keep a personal datum? By a field of a personal type and a column of that name, and no more.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Expert:
        mobile: Mobile | None = None

    experts = aggregate(metadata, Expert, noun="expert", columns=[personal("mobile"), …])

`store` seals such a column when a row is written and opens it when one is read; a personal field in an ordinary column,
or the reverse, is a TypeError at import. A row that is read past `store` holds bytes, which no view can show.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from sqlalchemy import Column, ColumnElement, LargeBinary, Table, or_

from ..keys import Keys
from .sealing import finders, head, opened, seal
from .value import Personal

A = TypeVar("A")
_PERSONAL = "personal"
_LAST = b"\xff" * 64
"""Greater than whatever may follow a finder."""


def personal(name: str, *, nullable: bool = True) -> Column[bytes]:
    """A column of sealed data; it is indexed, so that equal data are found."""
    return Column(name, LargeBinary, nullable=nullable, index=True, info={_PERSONAL: True})


def same(column: Column[bytes], datum: Personal, keys: Keys) -> ColumnElement[bool]:
    """The condition that a personal column holds this very datum; the index answers it."""
    if not isinstance(column.table, Table) or not column.info.get(_PERSONAL):
        raise TypeError(f"{column} is no personal column of a table")
    starts = finders(datum, f"{column.table.name}.{column.name}", keys)
    return or_(*(column.between(start, start + _LAST) for start in starts))


@dataclass(frozen=True, slots=True)
class Guarded:
    """The personal columns of one table, with the kinds of what they hold."""

    table: str
    kinds: tuple[tuple[str, type[Personal]], ...]

    def place(self, column: str, key: tuple[Any, ...]) -> str:
        """The full address of a datum, which its seal covers."""
        return f"{self.table}.{column}/" + "/".join(map(str, key))

    def seal(self, row: A, key: tuple[Any, ...], keys: Keys) -> A:
        """The dataclass with each personal field sealed for this row, unless it lies there already."""
        changes: dict[str, Personal] = {}
        for column, _ in self.kinds:
            datum: Personal | None = getattr(row, column)
            if datum is None:
                continue
            place = self.place(column, key)
            sealed = self._sealed(column, datum, place, keys)
            if sealed is not datum.sealed_at(place):
                changes[column] = datum.with_seal(place, sealed)
        return replace(row, **changes) if changes else row  # type: ignore[type-var]  # rows are dataclasses

    def sealed(self, column: str, datum: Personal | None, key: tuple[Any, ...], keys: Keys) -> bytes | None:
        """How a datum lies in a row; as it lay, where that is how it would be sealed now."""
        return None if datum is None else self._sealed(column, datum, self.place(column, key), keys)

    def _sealed(self, column: str, datum: Personal, place: str, keys: Keys) -> bytes:
        lies = datum.sealed_at(place)
        if lies is not None and lies.startswith(head(keys)):
            return lies
        return seal(datum, place, f"{self.table}.{column}", keys)

    def open(self, values: dict[str, Any], key: tuple[Any, ...], keys: Keys) -> None:
        """Put what is sealed in a row's `values` in clear, each as its kind; raises SealBroken."""
        for column, kind in self.kinds:
            if values[column] is not None:
                values[column] = opened(kind, values[column], self.place(column, key), keys)


def guarded(kind: type[Any], table: Table) -> Guarded | None:
    """The personal columns of a table for rows of a dataclass; None if there are none.

    Raises TypeError if a personal field has an ordinary column, or a personal column an ordinary field.
    """
    declared = {str(column.name) for column in table.columns if column.info.get(_PERSONAL)}
    hints = get_type_hints(kind)
    found = {field.name: kinds for field in fields(kind) if (kinds := _kinds(hints[field.name]))}
    if found.keys() != declared:
        stray = sorted(found.keys() ^ declared)
        raise TypeError(f"{kind.__name__} and table {table.name} differ in what is personal: {stray}")
    if any(len(kinds) > 1 for kinds in found.values()):
        raise TypeError(f"{kind.__name__}: a personal field is of one kind, or None")
    return Guarded(str(table.name), tuple((name, kinds[0]) for name, kinds in found.items())) if found else None


def _kinds(hint: Any) -> list[type[Personal]]:
    """The personal types in an annotation. One within a tuple or mapping is refused: each datum has its own column."""
    if isinstance(hint, type) and issubclass(hint, Personal):
        return [hint]
    inner = [kind for part in get_args(hint) for kind in _kinds(part)]
    if inner and get_origin(hint) not in (Union, UnionType):
        raise TypeError(f"{hint}: a personal datum has a column of its own")
    return inner
