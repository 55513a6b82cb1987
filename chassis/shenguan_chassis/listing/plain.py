"""How is a list given out? In keyset pages, so the thousandth page costs what the first did."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
from asyncpg import DataError
from sqlalchemy import ColumnElement, Select, tuple_

from .cursor import BadCursor
from .page import Page

A = TypeVar("A")
Rows = Callable[[Select[Any]], Awaitable[Sequence[Any]]]
MOST_PER_PAGE = 200


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is wanted: `limit` rows after the cursor `after`."""

    after: str | None
    limit: int


async def page(
    rows_of: Rows,
    statement: Select[Any],
    order: Sequence[ColumnElement[Any]],
    show: Callable[[Any], A],
    part: Part,
) -> Page[A]:
    """A page of `statement` in the order of the columns `order`, which together are unique and never null."""
    limit = max(1, min(part.limit, MOST_PER_PAGE))
    if part.after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*_values(part.after, order)))
    try:
        rows = await rows_of(statement.order_by(*order).limit(limit + 1))
    except DataError:  # a cursor that nobody gave: a number too large, a text with NUL
        raise BadCursor from None
    last = rows[limit - 1] if len(rows) > limit else None
    cursor = None if last is None else _cursor([last[column.key] for column in order])
    return Page(items=[show(row) for row in rows[:limit]], next=cursor)


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
