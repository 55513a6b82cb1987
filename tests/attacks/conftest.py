"""A bureau with one item on its list and one case, for attackers: each row of the table meets the same house."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from approval_svc.app import service
from shenguan_chassis.ids import derived_id
from shenguan_chassis.testing.house import House, move_in
from shenguan_chassis.testing.postgres import Databases, Templates
from shenguan_contracts.supervision import DepartmentRegistered
from shenguan_contracts.types import DepartmentKind
from shenguan_kernel.roles import Role

ITEM: dict[str, Any] = {
    "item_code": "370131011000",
    "name": "公众聚集场所投入使用、营业前消防安全检查",
    "kind": "licence",
    "legal_basis": "中华人民共和国消防法第十五条",
    "departments": ["fire"],
    "claim_rule": "acknowledge",
    "standard": {
        "conditions": ["消防设施、器材完好有效"],
        "materials": ["申请书", "营业执照"],
        "flow": ["受理", "审查", "决定"],
        "promised_days": 10,
        "statutory_days": 20,
        "venue": "区政务服务大厅一楼综合窗口",
    },
}
APPLICATION: dict[str, Any] = {
    "item_code": ITEM["item_code"],
    "channel": "hall",
    "applicant": {"name": "淄川某商场有限公司", "uscc": "91110000802100433B"},
}
QUICKLY = 2.0
"""Seconds within which anything is refused, on a machine that does other things as well."""


@dataclass
class Target:
    """The house under attack."""

    house: House
    case: dict[str, Any]

    @property
    def clerk(self) -> httpx.AsyncClient:
        return self.house.http(Role.WINDOW_CLERK, department="bureau")

    @property
    def reviewer(self) -> httpx.AsyncClient:
        return self.house.http(Role.REVIEWER, department="bureau")

    async def written(self) -> dict[str, int]:
        """How many rows each table of the slices has, and what was said."""
        tables = [name for metadata in service.tables for name in metadata.tables]
        counts = ", ".join(f'(SELECT count(*) FROM "{name}") AS "{name}"' for name in (*tables, "event"))
        return dict(await self.house.runtime.pool.fetchrow(f"SELECT {counts}"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def target(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Target]:
    databases = Databases(database_templates)
    state: Path = tmp_path_factory.mktemp("target")
    async with AsyncExitStack() as stack:
        house = await move_in(service, databases, state, stack)
        await house.hear(_the_fire_brigade(), source="supervision")
        assert (await house.http(Role.BUREAU_HEAD, department="bureau").post("/items", json=ITEM)).status_code == 201
        case = await house.http(Role.WINDOW_CLERK, department="bureau").post("/cases", json=APPLICATION)
        assert case.status_code == 201
        await house.settle()
        yield Target(house, case.json())
    await databases.drop()


def _the_fire_brigade() -> DepartmentRegistered:
    return DepartmentRegistered(
        department_id=derived_id("department", "fire"),
        department="fire",
        name="区消防救援大队",
        kind=DepartmentKind.DEPARTMENT,
        registered_at=datetime(2026, 1, 5, 1, tzinfo=UTC),
    )


@pytest_asyncio.fixture(loop_scope="module")
async def nothing_written(target: Target) -> AsyncIterator[None]:
    """Whatever the test did: it left no row, said nothing, and was over quickly."""
    before, began = await target.written(), time.monotonic()
    yield
    took = time.monotonic() - began
    assert await target.written() == before
    assert took < QUICKLY
