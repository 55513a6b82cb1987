"""How many entries has a list? Told only on demand: exactly up to a limit, or as far as the planner knows.

A small number is always counted, of the caller's own rows; only beyond it is the planner asked, whose statistics are of
everybody's. So no estimate tells of rows that the caller may not see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Select, func, literal, select

from .page import Counted

if TYPE_CHECKING:
    from ..reading import Read

SMALL = 1_000
MOST_COUNTED = 100_000


async def counted(read: Read, matching: Select[Any], how: Literal["estimate", "exact"]) -> Counted:
    """How many rows `matching` has."""
    most = MOST_COUNTED if how == "exact" else SMALL
    found = await _count(read, matching, most)
    if found <= most:
        return Counted(value=found, kind="exact")
    if how == "exact":
        return Counted(value=most, kind="at_least")
    return Counted(value=max(found, await _planned(read, matching)), kind="estimate")


async def _count(read: Read, matching: Select[Any], most: int) -> int:
    some = matching.with_only_columns(literal(1, literal_execute=True).label("one"), maintain_column_froms=True)
    (row,) = await read.rows(select(func.count().label("found")).select_from(some.limit(most + 1).subquery()))
    return int(row["found"])


async def _planned(read: Read, matching: Select[Any]) -> int:
    text, values = read.compiled(matching)
    (plan,) = await read.connection.fetchval(f"EXPLAIN (FORMAT JSON) {text}", *values)
    return int(plan["Plan"]["Plan Rows"])
