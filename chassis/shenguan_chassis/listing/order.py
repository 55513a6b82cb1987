"""In which orders may a list be read? Each is one way through an index, forwards or backwards, never ambiguous.

The list's key follows the sorted column unless that alone is unique. A day or instant that may be absent is read as the
latest of all, in both directions alike; its index is over `latest(column)`. Other columns that may be absent, and those
of a table that may be missing beside the row, cannot be sorted by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, UniqueConstraint, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import Join
from sqlalchemy.sql.functions import GenericFunction

from .filters import Columns


class latest(GenericFunction[Any]):  # noqa: N801 - read as a function: latest(licenses.c.valid_until)
    """A day or instant, absent ones as the latest of all: what an index over a column that may be null is made of."""

    inherit_cache = True


@compiles(latest)
def _coalesced(element: Any, compiler: Any, **how: Any) -> str:
    (column,) = element.clauses
    return f"COALESCE({compiler.process(column, **how)}, 'infinity')"


class _Infinity(ColumnElement[Any]):
    """What an absent day or instant is compared as; a constant, so that its place in the index is known."""

    inherit_cache = True

    def __init__(self, like: ColumnElement[Any]) -> None:
        self.type = like.type


@compiles(_Infinity)
def _infinite(element: Any, compiler: Any, **_: Any) -> str:
    return f"CAST('infinity' AS {compiler.dialect.type_compiler_instance.process(element.type)})"


@dataclass(frozen=True, slots=True)
class Order:
    """One order: the columns by their names in the list; the first may be absent if `first_absent`."""

    names: tuple[str, ...]
    kinds: tuple[type[Any], ...]
    first_absent: bool

    def by(self, columns: Columns) -> list[ColumnElement[Any]]:
        """The expressions to order by, over the list's columns or over those of a subquery of it."""
        first, *rest = (columns[name] for name in self.names)
        return [latest(first) if self.first_absent else first, *rest]

    def beyond(self, columns: Columns, values: Sequence[Any], *, descending: bool) -> ColumnElement[bool]:
        """The rows behind the one with these values."""
        here = tuple_(*self.by(columns))
        there = tuple_(
            *(
                _Infinity(columns[name]) if value is None else value
                for name, value in zip(self.names, values, strict=True)
            )
        )
        return here < there if descending else here > there

    def values(self, row: Mapping[str, Any]) -> list[Any]:
        """What tells a row's place."""
        return [row[name] for name in self.names]


def order_of(statement: Select[Any], name: str) -> Order:
    """The order by a column; a TypeError for one that cannot be walked from page to page."""
    main, columns = main_table(statement), statement.selected_columns
    column = columns.get(name)
    if not isinstance(column, Column) or column.table is not main:
        raise TypeError(f"{name} is no column of {main.name}: its rows cannot be read in that order")
    kind = column.type.python_type
    if column.nullable and kind not in (date, datetime):
        raise TypeError(f"{main.name}.{name} may be null: its rows cannot be read in that order")
    key = () if _unique(column) else tuple(part.name for part in main.primary_key if part is not column)
    missing = [part for part in key if part not in columns]
    if missing:
        raise TypeError(f"a list of {main.name} selects its key, {missing}")
    names = (name, *key)
    return Order(names, tuple(columns[part].type.python_type for part in names), bool(column.nullable))


def main_table(statement: Select[Any]) -> Table:
    """The table whose rows a list is of: the leftmost."""
    (found,) = statement.get_final_froms()
    while isinstance(found, Join):
        found = found.left
    if not isinstance(found, Table):
        raise TypeError("a list is of a table's rows")
    return found


def _unique(column: Column[Any]) -> bool:
    if column.nullable:
        return False
    table = column.table
    keys = [part.columns for part in table.constraints if isinstance(part, UniqueConstraint)]
    keys += [index.columns for index in table.indexes if index.unique]
    alone = column.unique or [*table.primary_key] == [column] or any([*key] == [column] for key in keys)
    return bool(alone)
