"""How does a view read? On a connection of its own, without locks, and only what its reader may see.

`scope` is the department whose rows the caller may see, None for those who see all (the bureau, the overseer).
Lists are pages: keyset, so the thousandth page costs what the first did.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from asyncpg import Connection, DataError
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, tuple_

from .db import compiled, get_one_sql
from .identity.caller import Caller
from .refusals import NotFound, Refusal
from .store import stored

A = TypeVar("A")
MOST_PER_PAGE = 200


class BadCursor(Refusal, status=422, rule="分页", field="after"):
    """分页位置无法识别：请使用上一页返回的 next，或不带 after 从第一页开始。"""


class Page(BaseModel, Generic[A]):
    """One page; `next` is passed as `after` for the following one, null on the last."""

    items: list[A]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What a view reads with."""

    connection: Connection
    now: datetime
    caller: Caller | None
    scope: str | None

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
        limit = max(1, min(limit, MOST_PER_PAGE))
        if after is not None:
            statement = statement.where(tuple_(*order) > tuple_(*_values(after, order)))
        try:
            rows = await self.rows(statement.order_by(*order).limit(limit + 1))
        except DataError:  # a cursor that nobody gave: a number too large, a text with NUL
            raise BadCursor from None
        last = rows[limit - 1] if len(rows) > limit else None
        cursor = None if last is None else _cursor([last[column.key] for column in order])
        return Page(items=[show(row) for row in rows[:limit]], next=cursor)

    def mine(self, department: str) -> None:
        """Raise NotFound if the row of `department` is not the caller's to see."""
        if self.scope is not None and self.scope != department:
            raise NotFound()


def _cursor(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")


def _values(cursor: str, order: Sequence[ColumnElement[Any]]) -> list[Any]:
    try:
        raw = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_typed(value, column) for value, column in zip(raw, order, strict=True)]
    except (ValueError, TypeError, binascii.Error):
        raise BadCursor from None


def _typed(value: Any, column: ColumnElement[Any]) -> Any:
    kind = column.type.python_type
    if kind is UUID:
        return UUID(value)
    if kind in (datetime, date):
        return kind.fromisoformat(value)
    if not isinstance(value, kind):
        raise TypeError
    return value
