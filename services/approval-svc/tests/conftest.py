"""The bureau under test: approval-svc with its own database, a real bus, and its doors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from approval_svc.app import service
from shenguan_chassis.ids import derived_id
from shenguan_chassis.service import Service
from shenguan_chassis.testing.house import House
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


def a_department(code: str, kind: DepartmentKind) -> DepartmentRegistered:
    return DepartmentRegistered(
        department_id=derived_id("department", code),
        department=code,
        name=f"单位{code}",
        kind=kind,
        registered_at=datetime(2026, 1, 5, 1, tzinfo=UTC),
    )


@dataclass
class Bureau:
    """The bureau's people at their doors; each step returns what the door answered, which must be a success."""

    house: House

    @property
    def head(self) -> httpx.AsyncClient:
        return self.house.http(Role.BUREAU_HEAD, department="bureau")

    @property
    def clerk(self) -> httpx.AsyncClient:
        return self.house.http(Role.WINDOW_CLERK, department="bureau")

    @property
    def reviewer(self) -> httpx.AsyncClient:
        return self.house.http(Role.REVIEWER, department="bureau")

    @property
    def approver(self) -> httpx.AsyncClient:
        return self.house.http(Role.APPROVER, department="bureau")

    def liaison(self, department: str) -> httpx.AsyncClient:
        return self.house.http(Role.LIAISON_OFFICER, department=department)

    async def register(self, *departments: str, kind: DepartmentKind = DepartmentKind.DEPARTMENT) -> None:
        await self.house.hear(*(a_department(code, kind) for code in departments), source="supervision")

    async def publish(self, **changes: Any) -> dict[str, Any]:
        return _done(await self.head.post("/items", json=ITEM | changes))

    async def submit(self, **changes: Any) -> dict[str, Any]:
        return _done(await self.clerk.post("/cases", json=APPLICATION | changes))

    async def accept(self, case: dict[str, Any]) -> dict[str, Any]:
        return _done(await self.reviewer.post(f"/cases/{case['id']}/accept"))

    async def grant(self, case: dict[str, Any]) -> dict[str, Any]:
        return _done(await self.approver.post(f"/cases/{case['id']}/grant"))

    async def granted_license(self) -> dict[str, Any]:
        """An item published, a case submitted, accepted, granted: the licence that came of it."""
        await self.register("fire", "health")
        await self.publish()
        case = await self.grant(await self.accept(await self.submit()))
        return await self.read(f"/licenses/{case['license_id']}")

    async def read(self, path: str) -> dict[str, Any]:
        return _done(await self.reviewer.get(path))

    async def said(self) -> list[str]:
        """The names of the events said so far."""
        return [type(envelope.event()).__name__ for envelope in await self.house.said()]

    async def count(self, table: str) -> int:
        found: int = await self.house.runtime.pool.fetchval(f'SELECT count(*) FROM "{table}"')
        return found


def _done(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


@pytest.fixture
async def bureau(open_house: Callable[[Service], Awaitable[House]]) -> Bureau:
    return Bureau(await open_house(service))


@pytest.fixture
def unknown() -> UUID:
    """An id that nobody has."""
    return UUID("0198b9d2-0000-7000-8000-000000000000")


@pytest.fixture
def an_item() -> dict[str, Any]:
    """What the head of the bureau enters to publish an item."""
    return deepcopy(ITEM)


@pytest.fixture
def an_application() -> dict[str, Any]:
    """What the window enters for an applicant."""
    return deepcopy(APPLICATION)
