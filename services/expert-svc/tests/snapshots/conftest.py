"""A house with experts on its lists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from expert_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role


@dataclass
class Pools:
    """The bureau, and anybody."""

    house: House

    @property
    def bureau(self) -> httpx.AsyncClient:
        return self.house.http(Role.REVIEWER, department="bureau")

    async def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        """A command of the bureau that must succeed."""
        answer = await self.bureau.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def file(self, department: str = "fire", **changes: Any) -> Any:
        """An expert straight onto the survey list."""
        body = {"pool": "survey", "department": department, "fields": ["消防"], "qualifications": ["注册工程师"]}
        return await self.post("/experts", {**body, **changes}, 201)

    async def freeze(self) -> Any:
        """A snapshot of the survey list."""
        return await self.post("/snapshots", {"pool": "survey"}, 201)

    async def read(self, path: str) -> Any:
        """What anybody reads without a token."""
        answer = await self.house.stranger().get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def pools(open_house: OpenHouse) -> Callable[[], Awaitable[Pools]]:
    """Open the house: `here = await pools()`."""

    async def opened() -> Pools:
        return Pools(await open_house(service))

    return opened
