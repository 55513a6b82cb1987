"""Whose is a row? Said once, where its table is declared; every read of a department is cut down to it.

    aggregate(metadata, Watch, …, owner="department")                     the office that a column names
    aggregate(metadata, Case, …, owner="departments")                     any office that an array names
    aggregate(metadata, Document, …, owner=("department", "shared_with")) either
    copy(metadata, KeptYear, …, owner=EVERYONE)                           nobody's in particular: public
    aggregate(metadata, Attempt, …, owner=BUREAU)                         only of who sees all departments

A row whose columns name nobody (null, an empty array) is nobody's: only who sees all finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Table, false, or_

OWNER = "owner"
"""Under which name a table carries its owner in `Table.info`."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The columns that name who may see a row; `everyone` needs none."""

    columns: tuple[str, ...] = ()
    arrays: tuple[str, ...] = ()
    everyone: bool = False

    @property
    def asks(self) -> bool:
        """Whether it takes a reader's office to tell."""
        return bool(self.columns or self.arrays)

    def condition(self, office: str) -> str | None:
        """In SQL, with `office` as the parameter's placeholder; None where there is nothing to ask. Null is nobody."""
        if self.everyone:
            return None
        named = [f'"{column}" = {office}' for column in self.columns]
        listed = [f'"{column}" @> ARRAY[{office}]::text[]' for column in self.arrays]
        return " OR ".join([*named, *listed]) or "FALSE"

    def clauses(self, columns: Any, scope: str | None) -> list[ColumnElement[bool]]:
        """The same as conditions on `columns`, for a statement that places them itself; none for who sees all."""
        if self.everyone or scope is None:
            return []
        named = [columns[column] == scope for column in self.columns]
        listed = [columns[column].contains([scope]) for column in self.arrays]
        return [or_(*named, *listed)] if scope and (named or listed) else [false()]

    def holds(self, row: Any, scope: str | None) -> bool:
        """The same of a row in hand: may it be seen by `scope`, which is None for who sees all and "" for nobody?"""
        if self.everyone or scope is None:
            return True
        named = any(getattr(row, column) == scope for column in self.columns)
        return bool(scope) and (named or any(scope in (getattr(row, column) or ()) for column in self.arrays))


EVERYONE = Owner(everyone=True)
"""Public: anyone may see it, also without a token."""

BUREAU = Owner()
"""No department's: only for those who see all departments."""


def owner_in(table: Table, said: Owner | str | Sequence[str]) -> Owner:
    """What a declaration says, checked against the table's columns; a TypeError names one that it does not have."""
    if isinstance(said, Owner):
        return said
    names = (said,) if isinstance(said, str) else tuple(said)
    unknown = [name for name in names if name not in table.columns]
    if unknown or not names:
        raise TypeError(f"table {table.name} has no column {unknown} to say whose a row is")
    arrays = tuple(name for name in names if isinstance(table.columns[name].type, ARRAY))
    return Owner(tuple(name for name in names if name not in arrays), arrays)


def owner_of(table: Table) -> Owner:
    """Whose the rows of a table are; a TypeError for a table that no store.py declares."""
    owner = table.info.get(OWNER)
    if not isinstance(owner, Owner):
        raise TypeError(f"nobody said whose the rows of {table.name} are: declare it in a store.py")
    return owner
