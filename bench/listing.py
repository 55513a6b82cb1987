"""(f) What does a page of a list cost where the table has a million rows, beside one of a thousand? And a search?

The same list twice, read through `Listing.page` on a connection that plans as the services' pools do: statement,
PostgreSQL and the making of the views, without HTTP. The two tables take turns page by page.
"""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

from shenguan_chassis import db
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.keys import Keys, new_master_key
from shenguan_chassis.listing import Page
from shenguan_chassis.listing.cursor import cursor
from shenguan_chassis.reading import Read

from . import house
from .firms.names import names, searches
from .firms.store import FIRMS, FirmView, firms, metadata
from .report import Figure

FEW, MANY = 1_000, 1_000_000
_LIMIT = 50
_SEARCHES = 400
_BEGAN = datetime(2010, 1, 4, 1, tzinfo=UTC)
_DEPARTMENTS = [
    "fire",
    "health",
    "water",
    "emergency",
    "market",
    "culture",
    "housing",
    "traffic",
    "education",
    "forest",
]
_WEIGHTS = [30, 20, 14, 10, 8, 6, 5, 4, 2, 1]
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it unannotated

PAGES: dict[str, tuple[str | None, dict[str, str]]] = {
    "by time": (None, {}),
    "newest first": (None, {"sort": "-received_at"}),
    "by a day that may be absent": (None, {"sort": "valid_until"}),
    "of one state in three": (None, {"state": "refused"}),
    "of a department, one row in eight": ("market", {"sort": "-received_at"}),
    "of a department and a state": ("fire", {"state": "granted", "sort": "-received_at"}),
    "of a search that fits half": (None, {"q": "有限公司", "sort": "-received_at"}),
}
"""What is asked: by whom, and how."""


@dataclass(frozen=True, slots=True)
class Register:
    """One register of firms."""

    connection: Any
    keys: Keys

    async def page(self, scope: str | None, asked: dict[str, str], after: str | None) -> Page[FirmView]:
        wanted = FIRMS.asked.model_validate({**asked, "limit": _LIMIT, **({"after": after} if after else {})})
        return await FIRMS.page(Read(self.connection, _BEGAN, None, scope, self.keys), wanted)

    async def deep(self, scope: str | None, asked: dict[str, str]) -> str | None:
        """A place eight tenths down the list."""
        rows = await self.connection.fetchval("SELECT count(*) FROM firms")
        edge = await self._edge(asked, rows)
        return (await self._page_before(scope, asked, edge)).next

    async def _edge(self, asked: dict[str, str], rows: int) -> Any:
        sort = asked.get("sort", "received_at")
        column = sort.removeprefix("-")
        by = "coalesce(valid_until, 'infinity')" if column == "valid_until" else column
        way = "DESC" if sort.startswith("-") else "ASC"
        return await self.connection.fetchrow(
            f"SELECT {column}, id FROM firms ORDER BY {by} {way}, id {way} OFFSET {rows * 8 // 10} LIMIT 1"
        )

    async def _page_before(self, scope: str | None, asked: dict[str, str], edge: Any) -> Page[FirmView]:
        wanted = FIRMS.asked.model_validate({**asked, "limit": 1})
        word = cursor(self.keys, FIRMS.bound_to(wanted), list(edge.values()))
        return await self.page(scope, asked, word)


async def measure(postgres: EmbeddedPostgres, rounds: int) -> list[Figure]:
    """Pages of both registers in turn, then searches in the large one."""
    async with AsyncExitStack() as stack:
        few = await _register(postgres, "few", FEW, stack)
        many = await _register(postgres, "many", MANY, stack)
        found = [figure async for figure in _pages(few, many, 40 * rounds)]
        return [*found, *await _searched(many)]


async def _pages(few: Register, many: Register, turns: int) -> AsyncIterator[Figure]:
    for what, (scope, asked) in PAGES.items():
        for place in ("first page", "deep page"):
            small, large = await _in_turn(few, many, scope, asked, place, turns)
            note = f"{small * 1e3:.2f} ms of a thousand rows, {large * 1e3:.2f} ms of a million"
            yield Figure(
                part="f", what=f"{place} {what}", value=large / small, unit="×", target=2, sense="at most", note=note
            )


async def _in_turn(
    few: Register, many: Register, scope: str | None, asked: dict[str, str], place: str, turns: int
) -> tuple[float, float]:
    afters = [await register.deep(scope, asked) if place == "deep page" else None for register in (few, many)]
    times: tuple[list[float], list[float]] = [], []
    for turn in range(turns + 5):
        for register, after, taken in zip((few, many), afters, times, strict=True):
            began = time.perf_counter()
            await register.page(scope, asked, after)
            if turn >= 5:
                taken.append(time.perf_counter() - began)
    return median(times[0]), median(times[1])


async def _searched(many: Register) -> list[Figure]:
    chance = random.Random(5)
    taken: list[tuple[float, str]] = []
    for sought in searches(_SEARCHES):
        scope = chance.choice([None, None, "fire", "forest"])
        sort = chance.choice(["received_at", "-received_at", "id"])
        began = time.perf_counter()
        await many.page(scope, {"q": sought, "sort": sort}, None)
        taken.append((time.perf_counter() - began, sought))
    times = [seconds * 1e3 for seconds, _ in taken]
    worst, slowest = max(taken)
    p95 = quantiles(times, n=20)[18]
    note = f"p50 {median(times):.1f} ms, worst {worst * 1e3:.0f} ms ({slowest}), of {len(times)} searches"
    return [Figure(part="f", what="search, p95", value=p95, unit="ms", target=50, sense="at most", note=note)]


async def _register(postgres: EmbeddedPostgres, name: str, rows: int, stack: AsyncExitStack) -> Register:
    dsn = await house.laid_out(postgres, f"firms_{name}", metadata)
    connection = await db.connect(dsn, plan_cache_mode="force_generic_plan")
    stack.push_async_callback(connection.close)
    columns = [column.name for column in firms.columns]
    await connection.copy_records_to_table("firms", records=_firms(rows), columns=columns)
    for index in firms.indexes:
        await connection.execute(str(CreateIndex(index).compile(dialect=_DIALECT)))
    await connection.execute("VACUUM ANALYZE firms")
    return Register(connection, Keys.read(new_master_key(1), "bench"))


def _firms(rows: int) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(3)
    for n, name in enumerate(names(rows)):
        at = _BEGAN + timedelta(seconds=n * 400 + chance.randrange(400))
        watched = {*chance.choices(_DEPARTMENTS, weights=_WEIGHTS, k=chance.choice((1, 1, 2)))}
        until = date(2026, 1, 1) + timedelta(days=chance.randrange(3650)) if chance.random() < 0.7 else None
        state = "open" if chance.random() < 0.01 else chance.choice(["granted", "granted", "refused"])
        yield UUID(int=(n << 88) + chance.getrandbits(88)), 1, name, state, sorted(watched), at, until
