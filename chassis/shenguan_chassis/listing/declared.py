"""What is a list? What it selects, how it is shown, and by what it may be filtered, sorted and searched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import orjson
from pydantic import BaseModel
from sqlalchemy import Select, Table, and_

from .. import search as searching
from ..owners import Owner, owner_of
from .asked import Asked, asked_of, query_of
from .counting import counted
from .cursor import cursor, place
from .filters import Columns, Filter, Parameter, Search
from .order import main_table, order_of
from .page import Page
from .plan import Plan, Sieve

if TYPE_CHECKING:
    from ..reading import Read

V = TypeVar("V", bound=BaseModel)


class Listing(Generic[V]):
    """One list. A declaration that cannot be kept is a TypeError at import."""

    def __init__(  # noqa: PLR0913 - each is a fact of the declaration, named at the call
        self,
        name: str,
        statement: Select[Any],
        *,
        shows: type[V],
        sorts: Sequence[str],
        filters: Sequence[Filter] = (),
        search: Search | None = None,
        show: Callable[[Any], V] | None = None,
    ) -> None:
        """`sorts` are columns, the usual one first.

        Of the columns only those are read that the view has or the list needs, unless `show` makes the view of a row.
        """
        self.name = name
        self.statement = statement if show else _needed(statement, {*shows.model_fields, *sorts})
        statement = self.statement
        self.shows = shows
        self._orders = {sort: order_of(statement, sort) for sort in sorts}
        self._parameters = [found for part in filters for found in part.parameters(shows)]
        self._columns: Columns = {str(column.key): column for column in statement.selected_columns}
        self._search = search
        self._show = show or (lambda row: shows.model_validate(dict(row)))
        self._main = main_table(statement)
        self._owner = _owner(statement)
        title = "".join(part.capitalize() for part in name.replace("-", "_").split("_"))
        says = None if search is None else search.says
        self.asked = asked_of(f"{title}Asked", self._parameters, list(sorts), searched=says)
        self.query: Any = query_of(self.asked)
        """Reads the query parameters: `wanted: Annotated[Asked, CASES.query]`."""

    async def page(self, read: Read, wanted: Asked) -> Page[V]:
        """What is asked of the list, as far as the caller may see it; raises BadCursor."""
        sort, bound_to = wanted.sort.removeprefix("-"), self.bound_to(wanted)
        order = self._orders[sort]
        behind = None if wanted.after is None else place(read.keys, bound_to, wanted.after, order.kinds)
        plan = self._plan(read, wanted, behind)
        rows = await plan.rows(read)
        last = rows[wanted.limit - 1] if len(rows) > wanted.limit else None
        return Page(
            items=[self._show(row) for row in rows[: wanted.limit]],
            next=None if last is None else cursor(read.keys, bound_to, order.values(last)),
            count=None if wanted.count is None else await counted(read, plan.matching(), wanted.count),
        )

    def _plan(self, read: Read, wanted: Asked, behind: Sequence[Any] | None) -> Plan:
        given = [(found, value) for found in self._parameters if (value := getattr(wanted, found.name)) is not None]
        plain = [found.condition(self._columns, value) for found, value in given if not found.inverted]
        scoped = bool(self._owner.arrays) and read.scope is not None
        return Plan(
            statement=self.statement.where(*plain),
            order=self._orders[wanted.sort.removeprefix("-")],
            descending=wanted.sort.startswith("-"),
            behind=behind,
            most=wanted.limit + 1,
            sieves=[*self._sieves(given, wanted.sought), *([_scope(self._main, read)] if scoped else [])],
            placed=[self._main] if scoped else [],
        )

    def _sieves(self, given: Sequence[tuple[Parameter, Any]], sought: str | None) -> Iterator[Sieve]:
        if sought is not None and self._search is not None:
            yield _search(self._search.column, sought, self._columns)
        for found, value in given:
            if found.inverted:
                yield _same(found, value, self._columns)

    def bound_to(self, wanted: Asked) -> bytes:
        """What a cursor is good for: this list with these filters in this order, at whatever number per page."""
        asked = wanted.model_dump(mode="json", exclude={"after", "limit", "count"}, exclude_none=True)
        return sha256(orjson.dumps([self.name, asked], option=orjson.OPT_SORT_KEYS)).digest()


def _needed(statement: Select[Any], shown: set[str]) -> Select[Any]:
    """The statement without the columns that nobody asks for."""
    main = main_table(statement)
    owner = owner_of(main)
    needed = shown | {*owner.arrays, *owner.columns} | {str(part.key) for part in main.primary_key}
    columns = [column for column in statement.selected_columns if column.key in needed]
    return statement.with_only_columns(*columns, maintain_column_froms=True)


def _owner(statement: Select[Any]) -> Owner:
    """Whose the rows are. Those of an array's departments are walked past others' rows: by their own columns only."""
    main = main_table(statement)
    owner = owner_of(main)
    alone = isinstance(statement.get_final_froms()[0], Table) and {*statement.selected_columns} <= {*main.columns}
    if owner.arrays and not alone:
        raise TypeError(f"{main.name} is owned by an array: a list of it selects its own columns and joins nothing")
    lacking = {*owner.arrays, *owner.columns} - {column.key for column in statement.selected_columns}
    if owner.arrays and lacking:
        raise TypeError(f"a list of {main.name} selects whose its rows are: {sorted(lacking)}")
    return owner


def _scope(main: Table, read: Read) -> Sieve:
    """The reader's own rows among walked ones; where they are looked up, the reader itself narrows the select."""
    owner = owner_of(main)
    return Sieve(lambda walked: and_(*read.within(main, walked)), None, (*owner.columns, *owner.arrays))


def _same(found: Parameter, value: Any, columns: Columns) -> Sieve:
    return Sieve(lambda walked: found.condition(walked, value), found.condition(columns, value), found.columns)


def _search(column: str, sought: str, columns: Columns) -> Sieve:
    looked_up = searching.indexed(columns[column], sought)
    return Sieve(lambda walked: searching.contains(walked[column], sought), looked_up, (column,))
