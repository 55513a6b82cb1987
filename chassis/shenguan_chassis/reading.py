"""How does a view read? On a connection of its own, without locks, and only what its reader may see.

`scope` is the department whose rows the caller may see, None for those who see all (the bureau, the overseer).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from asyncpg import Connection
from sqlalchemy import ColumnElement, Select

from .db import compiled, get_one_sql
from .identity.caller import Caller
from .keys import NO_KEYS, Keys
from .listing import Page, Part, page
from .refusals import NotFound
from .store import stored

__all__ = ["Page", "Read"]

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
        """The row of a key, or None."""
        place = stored(kind)
        row = await self.connection.fetchrow(get_one_sql(place.name, place.columns, place.key), *key)
        return None if row is None else place.load(row)

    async def rows(self, statement: Select[Any]) -> Sequence[Any]:
        """The rows of a select."""
        text, values = compiled(statement)
        rows: Sequence[Any] = await self.connection.fetch(text, *values)
        return rows

    async def page(
        self,
        statement: Select[Any],
        order: Sequence[ColumnElement[Any]],
        show: Callable[[Any], A],
        *,
        after: str | None,
        limit: int,
    ) -> Page[A]:
        """A page of `statement` in the order of the columns `order`, which together are unique and never null."""
        return await page(self.rows, statement, order, show, Part(after, limit))

    def mine(self, department: str) -> None:
        """Raise NotFound if the row of `department` is not the caller's to see."""
        if self.scope is not None and self.scope != department:
            raise NotFound()
