"""How does a view read? On a connection of its own, without locks, and only what its reader may see.

`scope` is the department whose rows the reader may see: None for those who see all (the bureau, the overseer, the
service itself), "" for who has no department and for a visitor without token: they see what is EVERYONE's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from asyncpg import Connection
from sqlalchemy import ColumnElement, Select, Table

from .db import get_one_sql
from .identity.caller import Caller
from .keys import NO_KEYS, Keys
from .owners import owner_of
from .refusals import NotFound
from .scoped import compiled_for
from .store import stored

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Read:
    """What a view reads with."""

    connection: Connection
    now: datetime
    caller: Caller | None
    scope: str | None
    keys: Keys = NO_KEYS

    async def get(self, kind: type[A], *key: Any) -> A:
        """The row of a key; raises NotFound."""
        found = await self.find(kind, *key)
        if found is None:
            raise NotFound()
        return found

    async def find(self, kind: type[A], *key: Any) -> A | None:
        """The row of a key, or None; another department's is not there."""
        place = stored(kind)
        row = await self.connection.fetchrow(get_one_sql(place.name, place.columns, place.key), *key)
        found = None if row is None else place.load(row, self.keys)
        return found if found is not None and place.owner.holds(found, self.scope) else None

    def load(self, kind: type[A], row: Any) -> A:
        """The dataclass of a row that a select found whole; what is personal in it is opened."""
        found: A = stored(kind).load(row, self.keys)
        return found

    async def rows(self, statement: Select[Any]) -> Sequence[Any]:
        """The rows of a select, over those of each table that the reader may see."""
        text, values = self.compiled(statement)
        rows: Sequence[Any] = await self.connection.fetch(text, *values)
        return rows

    def compiled(self, statement: Select[Any], placed: Sequence[Table] = ()) -> tuple[str, list[Any]]:
        """A select as the reader may run it: text and arguments in order.

        `placed` names tables whose condition (`within`) the statement holds already, at a better place.
        """
        return compiled_for(self.scope, statement, placed)

    def within(self, table: Table, columns: Any = None) -> list[ColumnElement[bool]]:
        """What makes rows of `table` the reader's: conditions on its columns, or on the same of a subquery."""
        return owner_of(table).clauses(table.c if columns is None else columns, self.scope)
