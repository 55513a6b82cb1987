"""A register of shops that departments watch, and the visits they made, to be listed in every way there is."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import Column, Date, DateTime, Index, MetaData, Text, Uuid, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.schema import CreateIndex, CreateTable

from shenguan_chassis import db
from shenguan_chassis.http import Shown
from shenguan_chassis.ids import derived_id
from shenguan_chassis.keys import Keys
from shenguan_chassis.listing import Between, Holds, Listing, Page, Same, Search, Where, latest
from shenguan_chassis.migrating import migrate
from shenguan_chassis.reading import Read
from shenguan_chassis.search import names_index
from shenguan_chassis.store import aggregate
from shenguan_chassis.testing.keys import MASTER_KEYS
from shenguan_chassis.testing.postgres import Databases

metadata = MetaData()
OPENED = datetime(2026, 3, 2, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    id: UUID
    name: str
    kind: str = "food"
    departments: tuple[str, ...] = ("fire",)
    opened_at: datetime = OPENED
    closes_on: date | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    id: UUID
    shop_id: UUID
    department: str = "fire"
    made_at: datetime = OPENED
    version: int = 1


shops = aggregate(
    metadata,
    Shop,
    noun="shop",
    owner="departments",
    columns=[
        Column("name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("departments", ARRAY(Text), nullable=False),
        Column("opened_at", DateTime(timezone=True), nullable=False),
        Column("closes_on", Date),
        Index("shops_by_opening", "opened_at", "id"),
        Index("shops_by_kind", "kind", "opened_at", "id"),
        Index("shops_of_departments", "departments", postgresql_using="gin"),
    ],
)
names_index("shops_by_name", shops.c.name)
Index("shops_by_closing", latest(shops.c.closes_on), shops.c.id)

inspections = aggregate(
    metadata,
    Inspection,
    noun="inspection",
    owner="department",
    columns=[
        Column("shop_id", Uuid, nullable=False, index=True),
        Column("department", Text, nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Index("inspections_of_department", "department", "made_at", "id"),
        Index("inspections_by_time", "made_at", "id"),
    ],
)


class ShopView(Shown):
    id: UUID
    name: str
    kind: str
    departments: tuple[str, ...]
    opened_at: datetime
    closes_on: date | None


class InspectionView(Shown):
    id: UUID
    made_at: datetime
    department: str


SHOPS = Listing(
    "shops",
    select(shops),
    shows=ShopView,
    sorts=["opened_at", "id", "closes_on"],
    filters=[
        Same("kind", "类别"),
        Holds("department", "监管部门", "departments"),
        Between("opened_at", "开业时间"),
        Where("closes", "是否有终止日", bool, lambda value: shops.c.closes_on.is_not(None) == value),
    ],
    search=Search("name", "名称"),
)
INSPECTIONS = Listing(
    "inspections",
    select(inspections),
    shows=InspectionView,
    sorts=["made_at"],
    filters=[Same("department", "部门")],
)


class Watched(asyncpg.Connection):  # type: ignore[misc]  # asyncpg is untyped
    """A connection that writes down what it is asked."""

    asked: list[str]

    async def fetch(self, query: str, *args: Any, **how: Any) -> Any:
        self.__dict__.setdefault("asked", []).append(query)
        return await super().fetch(query, *args, **how)


@dataclass
class Register:
    """The register, on one connection that plans as the services' pools do."""

    dsn: str
    connection: Any
    keys: Keys = field(default_factory=lambda: Keys.read(MASTER_KEYS, "test"))

    def reader(self, scope: str | None = None) -> Read:
        return Read(self.connection, OPENED, None, scope, self.keys)

    async def enter(self, *rows: Any) -> None:
        for row in rows:
            await self.put(self.connection, row)

    async def put(self, connection: Any, row: Any) -> None:
        names = list(row.__dataclass_fields__)
        table = "shops" if isinstance(row, Shop) else "inspections"
        marks = ", ".join(f"${n}" for n in range(1, len(names) + 1))
        await connection.execute(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", *(getattr(row, name) for name in names)
        )

    async def page(self, listing: Listing[Any], scope: str | None = None, **asked: Any) -> Page[Any]:
        return await listing.page(self.reader(scope), listing.asked.model_validate(asked))

    async def all(self, listing: Listing[Any], scope: str | None = None, **asked: Any) -> list[Any]:
        """Every entry, page by page."""
        found: list[Any] = []
        after: str | None = None
        while True:
            page = await self.page(listing, scope, **asked, **({"after": after} if after else {}))
            found += page.items
            after = page.next
            if after is None:
                return found

    @property
    def statements(self) -> list[str]:
        asked: list[str] = self.connection.__dict__.setdefault("asked", [])
        return asked


def shop(number: int, **facts: Any) -> Shop:
    """The shop of a number."""
    return Shop(id=derived_id("shop", number), name=facts.pop("name", f"第{number}商店"), **facts)


def some_shops(number: int, seed: int) -> list[Shop]:
    """Shops whose facts often coincide."""
    chance = random.Random(seed)
    return [
        shop(
            n,
            kind=chance.choice(["food", "hotel"]),
            departments=tuple(chance.sample(["fire", "health", "water"], chance.randint(0, 2))),
            opened_at=OPENED + timedelta(days=chance.randrange(5)),
            closes_on=chance.choice([None, None, date(2027, 1, 1 + chance.randrange(3))]),
            name=chance.choice(["北京", "上海", "青河"]) + chance.choice(["餐饮", "食品"]) + "有限公司",
        )
        for n in range(number)
    ]


async def _lay_out(dsn: str) -> None:
    await migrate(dsn, Path(__file__).parent / "none")
    connection = await asyncpg.connect(dsn)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        await connection.execute(str(CreateTable(table).compile(dialect=dialect)))
        for index in table.indexes:
            await connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
    await connection.close()


_FILL = """
INSERT INTO shops (id, version, name, kind, departments, opened_at, closes_on)
SELECT gen_random_uuid(), 1,
       CASE WHEN n % 5000 = 0 THEN '罕见' ELSE '常见' END || '商店有限公司' || n,
       CASE WHEN n % 1000 = 0 THEN 'hotel' ELSE 'food' END,
       CASE WHEN n % 4000 = 0 THEN '{water}'::text[] ELSE '{fire}'::text[] END,
       '2026-03-02'::timestamptz + n * interval '1 minute',
       CASE WHEN n % 2 = 0 THEN '2027-01-01'::date + n % 300 END
FROM generate_series(1, 20000) AS n;
INSERT INTO inspections (id, version, shop_id, department, made_at)
SELECT gen_random_uuid(), 1, id, departments[1], opened_at FROM shops;
ANALYZE shops, inspections;
"""


async def _lay_out_and_fill(dsn: str) -> None:
    await _lay_out(dsn)
    connection = await asyncpg.connect(dsn)
    await connection.execute(_FILL)
    await connection.close()


@pytest.fixture
async def register(databases: Databases) -> AsyncIterator[Register]:
    async with _at(await databases.fresh("listing", _lay_out)) as register:
        yield register


@pytest.fixture
async def large(databases: Databases) -> AsyncIterator[Register]:
    """A register of 20,000 shops."""
    async with _at(await databases.fresh("listing", _lay_out_and_fill)) as register:
        yield register


@asynccontextmanager
async def _at(dsn: str) -> AsyncIterator[Register]:
    connection = await db.connect(dsn, Watched, plan_cache_mode="force_generic_plan")
    try:
        yield Register(dsn, connection)
    finally:
        await connection.close()


@pytest.fixture
async def beside(register: Register) -> AsyncIterator[Callable[[Sequence[Any]], Awaitable[None]]]:
    """Enters rows by a connection of somebody else."""
    other = await db.connect(register.dsn)

    async def enter(rows: Sequence[Any]) -> None:
        for row in rows:
            await register.put(other, row)

    yield enter
    await other.close()
