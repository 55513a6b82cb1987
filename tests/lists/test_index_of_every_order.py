"""Does every order of every list go along an index? Then a page costs the same however long the list has grown.

Asked of PostgreSQL itself: with sorting made dear, a plan that still sorts has no index to walk. A list whose rows a
column gives to departments is walked for each of them, so an index begins with that column.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Table

from shenguan_chassis import db
from shenguan_chassis.keys import Keys
from shenguan_chassis.listing import Listing
from shenguan_chassis.listing.order import main_table
from shenguan_chassis.migrating import migrate
from shenguan_chassis.owners import owner_of
from shenguan_chassis.reading import Read
from shenguan_chassis.service import Service
from shenguan_chassis.testing.keys import MASTER_KEYS
from shenguan_chassis.testing.postgres import Databases

from .test_every_list import BEGAN, LISTS

_DEAR = ("seqscan", "bitmapscan", "sort", "incremental_sort", "hashjoin", "mergejoin")


class Overheard:
    """A connection that keeps what was asked of it."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.asked: list[tuple[Any, ...]] = []

    async def fetch(self, text: str, *values: Any) -> Any:
        self.asked.append((text, *values))
        return await self.connection.fetch(text, *values)


async def steps_of(connection: Any, service: Service, listing: Listing[Any], sort: str) -> set[str]:
    """By which steps PostgreSQL would read the first page of all, whatever the values."""
    overheard = Overheard(connection)
    read = Read(overheard, BEGAN, None, None, Keys.read(MASTER_KEYS, service.name))  # type: ignore[arg-type]
    await listing.page(read, listing.asked.model_validate({"sort": sort}))
    for dear in _DEAR:
        await connection.execute(f"SET enable_{dear} = off")
    text, *values = overheard.asked[0]
    told = await connection.fetchval(f"EXPLAIN (COSTS OFF, FORMAT JSON) {text}", *values)
    return set(_steps(told[0]["Plan"]))


def _steps(node: dict[str, Any]) -> Iterator[str]:
    """The steps on the way of the rows; what a column's own subquery does with a row is not asked."""
    yield node["Node Type"]
    for inner in node.get("Plans", ()):
        if inner["Parent Relationship"] not in ("SubPlan", "InitPlan"):
            yield from _steps(inner)


def owners_column(table: Table) -> str | None:
    """The one column that says whose a row is; none where everybody's or several offices'."""
    owner = owner_of(table)
    return owner.columns[0] if len(owner.columns) == 1 and not owner.arrays else None


CASES = [pytest.param(service, listing, id=f"{service.name} {listing.name}") for service, listing in LISTS]


def begins(index: str, owner: str, sort: str) -> bool:
    """Whether an index is over these first; a day or instant that may be absent stands in it as the latest of all."""
    return f"({owner}, {sort}" in index or f"({owner}, COALESCE({sort}" in index


@pytest.mark.parametrize(("service", "listing"), CASES)
async def test_each_order_of_a_list_is_one_way_through_an_index(
    databases: Databases, service: Service, listing: Listing[Any]
) -> None:
    dsn = await databases.fresh(service.name, lambda template: migrate(template, service.migrations))
    connection = await db.connect(dsn)
    table, sorts = main_table(listing.statement), listing.asked.model_json_schema()["properties"]["sort"]["enum"]

    steps = {sort: await steps_of(connection, service, listing, sort) for sort in sorts}
    indexes = await connection.fetch("SELECT indexdef AS says FROM pg_indexes WHERE tablename = $1", table.name)
    await connection.close()

    assert not [sort for sort, taken in steps.items() if taken & {"Sort", "Incremental Sort"}]
    column = owners_column(table)
    wanted = [] if column is None else [sort for sort in sorts if sort[0] != "-" and sort != column]
    assert not [sort for sort in wanted if not any(begins(index["says"], str(column), sort) for index in indexes)]
