"""Is every list of every service whole? Whoever pages through it while others enter sees each earlier row once.

The lists are found where they are declared; rows are made from the types of their tables, whatever these are.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel
from sqlalchemy import ARRAY, Boolean, Column, Date, DateTime, Integer, LargeBinary, Table, Uuid
from sqlalchemy.dialects.postgresql import ARRAY as PG_ARRAY
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import Join

from approval_svc.app import service as approval
from expert_svc.app import service as expert
from notify_svc.app import service as notify
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
from supervision_svc.app import service as supervision

BEGAN = datetime(2026, 3, 2, 1, tzinfo=UTC)
OFFICES = ["fire", "health", "water"]


def lists_of(service: Service) -> Iterator[Listing[Any]]:
    for piece in service.slices:
        if find_spec(name := f"{piece.__name__}.views"):
            views = import_module(name)
            yield from (found for found in vars(views).values() if isinstance(found, Listing))


LISTS = [(service, found) for service in (approval, supervision, notify, expert) for found in lists_of(service)]
ORDERS = [
    pytest.param(service, found, sort, id=f"{service.name} {found.name} {sort}")
    for service, found in LISTS
    for column in found.asked.model_json_schema()["properties"]["sort"]["enum"]
    for sort in [column]
]


class Rows:
    """Rows of any table; what two columns of one name hold in two tables is the same, so that joins find partners."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def values(self, table: Table, partner: dict[str, Any]) -> dict[str, Any]:
        return {column.name: partner.get(column.name, self.value(column)) for column in table.columns}

    def value(self, column: Column[Any]) -> Any:
        if column.name == "kind":
            return "department"
        if column.nullable and self.chance.random() < 0.4:
            return None
        makers = (maker for kind, maker in _MAKERS if isinstance(column.type, kind))
        return next(makers, lambda chance: _text(chance, column))(self.chance)


_NUMBERS = count(1)
_MAKERS: list[tuple[Any, Callable[[random.Random], Any]]] = [
    (Uuid, lambda chance: UUID(int=chance.getrandbits(128))),
    (DateTime, lambda chance: BEGAN + timedelta(hours=chance.randrange(6))),
    (Date, lambda chance: date(2027, 1, 1) + timedelta(days=chance.randrange(6))),
    (Boolean, lambda chance: chance.random() < 0.5),
    (Integer, lambda _: next(_NUMBERS)),
    (ARRAY | PG_ARRAY, lambda chance: chance.sample(OFFICES, chance.randint(0, 2))),
    (JSONB, lambda _: []),
    (LargeBinary, lambda _: next(_NUMBERS).to_bytes(8)),
]


def _text(chance: random.Random, column: Column[Any]) -> str:
    unique = column.unique or column.primary_key or column.name in ("license_no", "item_code", "purpose")
    return f"{chance.getrandbits(64):x}" if unique else chance.choice(OFFICES)


def tables_of(listing: Listing[Any]) -> list[Table]:
    """The tables of a list, those it joins first."""
    (found,) = listing.statement.get_final_froms()
    joined: list[Table] = []
    while isinstance(found, Join):
        assert isinstance(found.right, Table)
        joined.append(found.right)
        found = found.left
    return [*joined, main_table(listing.statement)]


async def enter(connection: Any, listing: Listing[Any], rows: Rows, number: int) -> list[dict[str, Any]]:
    made = []
    for _ in range(number):
        partner: dict[str, Any] = {}
        for table in tables_of(listing):
            values = rows.values(table, partner)
            if table is not main_table(listing.statement) and "departments" in values:
                values["departments"] = OFFICES  # what a row is joined to is its readers' too
            marks = ", ".join(f"${n}" for n in range(1, len(values) + 1))
            names = ", ".join(f'"{name}"' for name in values)
            await connection.execute(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', *values.values())
            partner |= {name: values[name] for name in ("license_id",) if name in values}
        made.append(values)
    return made


def key_of(table: Table, values: Any) -> tuple[Any, ...]:
    return tuple(values[part.name] for part in table.primary_key)


def sees(table: Table, values: dict[str, Any], scope: str | None) -> bool:
    owner = owner_of(table)
    if scope is None or owner.everyone:
        return True
    named = any(values[column] == scope for column in owner.columns)
    return named or any(scope in (values[array] or ()) for array in owner.arrays)


class Row(BaseModel):
    """A row as it came; what a view makes of it is not the question here."""

    values: dict[str, Any]


@pytest.mark.parametrize("scope", [None, "fire"], ids=["all", "one department"])
@pytest.mark.parametrize(("service", "listing", "sort"), ORDERS)
async def test_whoever_pages_while_others_enter_sees_each_earlier_row_once(
    databases: Databases, service: Service, listing: Listing[Any], sort: str, scope: str | None
) -> None:
    dsn = await databases.fresh(service.name, lambda template: migrate(template, service.migrations))
    connection = await db.connect(dsn, plan_cache_mode="force_generic_plan")
    read = Read(connection, BEGAN, None, scope, Keys.read(MASTER_KEYS, service.name))
    table, rows = main_table(listing.statement), Rows(seed=len(sort))
    bare = bare_of(listing)
    earlier = await enter(connection, listing, rows, 40)
    seen: list[tuple[Any, ...]] = []
    after: str | None = None

    for _ in range(200):
        asked = {"sort": sort, "limit": 3, **({"after": after} if after else {})}
        page = await bare.page(read, bare.asked.model_validate(asked))
        seen += [key_of(table, row.values) for row in page.items]
        await enter(connection, listing, rows, 1)
        after = page.next
        if after is None:
            break
    await connection.close()

    mine = {key_of(table, values) for values in earlier if sees(table, values, scope)}
    assert len(seen) == len(set(seen))
    assert mine <= set(seen)


def bare_of(listing: Listing[Any]) -> Listing[Any]:
    """The same list, showing rows as they are."""
    sorts = [word for word in listing.asked.model_json_schema()["properties"]["sort"]["enum"] if word[0] != "-"]
    return Listing(
        listing.name,
        listing.statement,
        shows=Row,
        sorts=sorts,
        show=lambda row: Row(values={name: row[name] for name in row.keys() if name in row}),  # noqa: SIM118
    )


def test_every_list_offers_an_order_and_every_service_has_lists() -> None:
    assert {service.name for service, _ in LISTS} == {"approval", "supervision", "notify", "expert"}
    assert len({(service.name, found.name) for service, found in LISTS}) == len(LISTS)
