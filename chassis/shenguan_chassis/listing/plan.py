"""How is a page read so that a million rows cost what a thousand do? Along an index, or first along it and then aside.

Most filters, and a department named by a column, are answered by an ordered index: one statement reads as many rows as
the page has. An inverted index (a text searched, a department among those of an array) knows no order. Then the list is
walked in order: some rows for each that the page wants, and on to `MOST_WALKED` if these promise to fill it. What fits
fewer than one row in two hundred is little enough to be looked up and sorted. Neither depends on what the planner
guesses: between the two stands a fence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ClauseElement, ColumnElement, Select, Subquery, Table, func, select, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.roles import StatementOptionRole

from .filters import Columns
from .order import Order, main_table

if TYPE_CHECKING:
    from ..reading import Read

FIRST_WALKED = 500
WALKED_A_ROW = 20
"""Rows first walked for each that is wanted: what one row in ten fits fills its page at once."""
MOST_WALKED = 10_000
FEW_OF_FIRST = 5
"""Of the first rows walked: what fits no more of them fits about one row in a hundred."""


@dataclass(frozen=True, slots=True)
class Sieve:
    """A condition that an ordered index cannot answer."""

    walked: Callable[[Columns], ColumnElement[bool]]
    """Of rows that were walked, by their columns."""
    looked_up: ColumnElement[bool] | None
    """By its index; None where the reader adds it."""
    names: tuple[str, ...]
    """The columns that it asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One page to be read: `statement` with its plain filters, in `order`, behind a place, `most` rows."""

    statement: Select[Any]
    order: Order
    descending: bool
    behind: Sequence[Any] | None
    most: int
    sieves: Sequence[Sieve]
    placed: Sequence[Table] = ()
    """Tables of which everybody's rows are passed, for the reader's scope is one of the sieves."""

    async def rows(self, read: Read) -> Sequence[Any]:
        """The rows of the page."""
        if not self.sieves:
            return await read.rows(self._in_order(self._behind(self.statement)))
        first = max(FIRST_WALKED, WALKED_A_ROW * self.most)
        found = await self._walked(read, first)
        if len(found) < self.most and 2 * len(found) * MOST_WALKED >= self.most * first:
            found = await self._walked(read, MOST_WALKED)
        if len(found) == self.most:
            return found
        known = await self._known_by_index(read)
        return await self._read(read, self.lookup(known), () if self._by_reader(known) else self.placed)

    async def _known_by_index(self, read: Read) -> Sequence[Sieve]:
        """Which sieves to look up by their index: one that fits few rows alone, else all, whose bitmaps then meet."""
        if len(self.sieves) == 1:
            return self.sieves
        (sample,) = await self._read(read, self.sample(), self.placed)
        fewest, sieve = min(zip(sample, self.sieves, strict=True), key=lambda pair: int(pair[0]))
        return [sieve] if fewest <= FEW_OF_FIRST else self.sieves

    def _by_reader(self, known: Sequence[Sieve]) -> bool:
        """Whether the reader narrows the select itself: its scope is no sieve, or is looked up."""
        return any(sieve.looked_up is None for sieve in known)

    async def _walked(self, read: Read, far: int) -> Sequence[Any]:
        return await self._read(read, self.walk(far), self.placed)

    async def _read(self, read: Read, statement: Select[Any], placed: Sequence[Table]) -> Sequence[Any]:
        text, values = read.compiled(statement, placed)
        found: Sequence[Any] = await read.connection.fetch(text, *values)
        return found

    def walk(self, far: int) -> Select[Any]:
        """So many rows of the list in order, and of those what fits: the limit within is the fence."""
        walked = self._ahead(far)
        fits = select(walked).where(*(sieve.walked(_of(walked)) for sieve in self.sieves))
        order = [walked.c[f"sort_{number}"] for number in range(len(self.order.names))]
        return fits.order_by(*(self._way(column) for column in order)).limit(self.most)

    def sample(self) -> Select[Any]:
        """How many of the first rows each sieve lets through."""
        walked = self._ahead(FIRST_WALKED)
        hits = [func.count().filter(sieve.walked(_of(walked))) for sieve in self.sieves]
        counts: list[ColumnElement[Any]] = [hit.label(f"hits_{number}") for number, hit in enumerate(hits)]
        return select(*counts).select_from(walked)

    def _ahead(self, far: int) -> Subquery:
        ahead = self._behind(self.statement).add_columns(*self._sorted_by_name())
        return self._ordered(ahead).limit(far).subquery("walked")

    def lookup(self, known: Sequence[Sieve]) -> Select[Any]:
        """The keys of all that `known` find by index, the nearest of them that fit the other sieves, and their rows.

        What is materialized is the fence.
        """
        others = [sieve for sieve in self.sieves if sieve not in known]
        key, by = list(main_table(self.statement).primary_key), self._sorted_by_name()
        beside = dict.fromkeys(name for other in others for name in other.names)
        columns = _columns(self.statement)
        keys = self._behind(self.statement).where(*(sieve.looked_up for sieve in known if sieve.looked_up is not None))
        named = [part.label(f"key_{number}") for number, part in enumerate(key)]
        keys = keys.with_only_columns(*named, *by, *(columns[name] for name in beside))
        found = keys.cte("found").prefix_with(_Materialized())  # type: ignore[arg-type]  # it has the role
        nearest = select(*(found.c[part.name] for part in named))
        nearest = nearest.where(*(other.walked({name: found.c[name] for name in beside}) for other in others))
        nearest = nearest.order_by(*(self._way(found.c[column.name]) for column in by)).limit(self.most)
        return self._ordered(self.statement.where(tuple_(*key).in_(nearest)))

    def matching(self) -> Select[Any]:
        """Everything that fits, in no order: what a count counts."""
        return self.statement.where(*(sieve.looked_up for sieve in self.sieves if sieve.looked_up is not None))

    def _in_order(self, statement: Select[Any]) -> Select[Any]:
        return self._ordered(statement).limit(self.most)

    def _ordered(self, statement: Select[Any]) -> Select[Any]:
        return statement.order_by(*(self._way(column) for column in self.order.by(_columns(self.statement))))

    def _behind(self, statement: Select[Any]) -> Select[Any]:
        if self.behind is None:
            return statement
        return statement.where(self.order.beyond(_columns(self.statement), self.behind, descending=self.descending))

    def _sorted_by_name(self) -> list[Any]:
        return [column.label(f"sort_{n}") for n, column in enumerate(self.order.by(_columns(self.statement)))]

    def _way(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return column.desc() if self.descending else column


class _Materialized(StatementOptionRole, ClauseElement):
    """The word that keeps a WITH apart from what it stands in."""

    inherit_cache = True


@compiles(_Materialized)
def _materialized(*_: Any, **__: Any) -> str:
    return "MATERIALIZED"


def _of(walked: Subquery) -> Columns:
    return {str(column.key): column for column in walked.c}


def _columns(statement: Select[Any]) -> Columns:
    return {str(column.key): column for column in statement.selected_columns}
