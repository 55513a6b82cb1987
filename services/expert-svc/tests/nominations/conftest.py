"""A house in which departments can be asked for their experts. All people are invented."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from expert_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days.legal_day import SHANGHAI


@dataclass
class Town:
    """The bureau and its departments at their doors."""

    house: House

    @property
    def bureau(self) -> httpx.AsyncClient:
        return self.house.http(Role.REVIEWER, department="bureau")

    def office(self, department: str, role: Role = Role.LIAISON_OFFICER) -> httpx.AsyncClient:
        return self.house.http(role, department=department)

    async def open(self, **changes: Any) -> dict[str, Any]:
        """A window for fire and health that closes on the day after tomorrow."""
        day = (self.house.clock.legal() + timedelta(days=2)).astimezone(SHANGHAI).date()
        body = {"title": "示例推荐", "departments": ["fire", "health"], "closes_on": day.isoformat(), **changes}
        return done(await self.bureau.post("/nomination-windows", json=body), 201)

    async def submit(self, window: dict[str, Any], *names: str, department: str = "fire", **changes: Any) -> Any:
        """A department's sub-list, one qualified nominee for each name."""
        body = {"pool": "survey", "nominees": [nominee(name) for name in names], **changes}
        path = f"/nomination-windows/{window['id']}/sub-lists"
        return await self.office(department).post(path, json=body)

    async def experts(self, **wanted: Any) -> list[dict[str, Any]]:
        """Whom the bureau sees."""
        items: list[dict[str, Any]] = done(await self.bureau.get("/experts", params=wanted))["items"]
        return items

    async def file_all(self) -> list[dict[str, Any]]:
        """The bureau files everyone who waits."""
        waiting = await self.experts(state="nominated")
        return [done(await self.bureau.post(f"/experts/{one['id']}/file")) for one in waiting]


def nominee(name: str, **changes: Any) -> dict[str, Any]:
    """Somebody with a qualification, whose mobile phone follows from the name."""
    mobile = f"139{sum(map(ord, name)) % 10**8:08d}"
    qualified = [{"name": "一级注册消防工程师", "evidence": "证书复印件见附件一", "until": "2099-12-31"}]
    return {"name": name, "age": 45, "fields": ["消防"], "mobile": mobile, "qualifications": qualified, **changes}


def done(answer: httpx.Response, status: int = 200) -> Any:
    """What a command that must succeed answers."""
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture
def town(open_house: OpenHouse) -> Callable[[], Awaitable[Town]]:
    """Open the house: `town = await town()`."""

    async def opened() -> Town:
        return Town(await open_house(service))

    return opened


@pytest.fixture
def nominee_of() -> Callable[..., dict[str, Any]]:
    """`nominee_of(name, **changes)`."""
    return nominee
