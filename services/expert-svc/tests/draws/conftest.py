"""An expert-svc with survey experts, and what callers do: declare, commit, reveal, take what a stranger verifies."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from expert_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.lots import chain
from shenguan_kernel.lots.encoding import Hashing
from shenguan_kernel.roles import Role

CONTRIBUTORS = ("bureau", "fire", "market")
CUSTODIANS = ("audit", "justice", "records")


@dataclass
class Hall:
    """Where draws are held: one house and everybody who comes to it."""

    house: House
    folder: Path

    def bureau(self, person: str = "", role: str = Role.REVIEWER) -> httpx.AsyncClient:
        return self.house.http(role, department="bureau", person=person)

    def of(self, office: str, person: str = "") -> httpx.AsyncClient:
        return (
            self.bureau(person)
            if office == "bureau"
            else self.house.http(Role.LIAISON_LEAD, department=office, person=person)
        )

    def in_hours(self, hours: float) -> str:
        return (self.house.clock.legal() + timedelta(hours=hours)).isoformat()

    async def drawn(self, **changes: Any) -> dict[str, Any]:
        """A draw of level 0, one seat a department."""
        body = {"purpose": f"survey/{uuid4()}", "pool": "survey", "seats": 2, "per_department": 1} | changes
        return await self.done(self.bureau().post("/draws", json=body), 201)

    async def declared(self, **changes: Any) -> dict[str, Any]:
        """A draw of level 1."""
        times = {"commit_by": self.in_hours(1), "reveal_by": self.in_hours(3)}
        return await self.drawn(contributors=list(CONTRIBUTORS), **times, **changes)

    async def done(self, asked: Awaitable[httpx.Response], status: int = 200) -> dict[str, Any]:
        answer = await asked
        assert answer.status_code == status, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def commit(self, draw: dict[str, Any], office: str, number: bytes) -> dict[str, Any]:
        declared = bytes.fromhex(draw["declaration_hash"])
        body = {"commitment": chain.commitment(Hashing.SHA256, declared, office, number).hex()}
        return await self.done(self.of(office).post(f"/draws/{draw['id']}/commitments", json=body))

    async def shown(self, draw: dict[str, Any]) -> dict[str, Any]:
        return await self.done(self.bureau().get(f"/draws/{draw['id']}"))

    async def program(self, name: str) -> Path:
        """One of the single files as a stranger fetched it."""
        file = self.folder / name
        file.write_bytes((await self.house.stranger().get(f"/{name}")).content)
        return file

    async def run(self, name: str, *words: str) -> str:
        """What the single file says, run alone with the standard library."""
        command = [sys.executable, "-I", "-S", str(await self.program(name)), *words]
        run = await asyncio.to_thread(
            subprocess.run, command, cwd=self.folder, capture_output=True, text=True, encoding="utf-8"
        )
        assert run.returncode == 0, run.stdout + run.stderr
        said: str = run.stdout
        return said

    async def fetched(self, draw: dict[str, Any], what: str) -> Path:
        file = self.folder / f"{what}.json"
        file.write_bytes((await self.house.stranger().get(f"/draws/{draw['id']}/{what}")).content)
        return file

    async def verdict(self, draw: dict[str, Any]) -> str:
        """What the verifier says of the draw's certificate as it is now."""
        await self.fetched(draw, "certificate")
        return await self.run("verify_draw.py", "certificate.json")

    async def names(self) -> list[str]:
        """The names of all events said so far."""
        return [event.type.rsplit(".", 2)[-2] for event in await self.house.said()]


OpenHall = Callable[[], Awaitable[Hall]]


@pytest.fixture
async def hall(open_house: OpenHouse, tmp_path: Path) -> Hall:
    """Six survey experts of five departments."""
    hall = Hall(await open_house(service), tmp_path)
    for department in ("fire", "fire", "market", "health", "housing", "water"):
        nominee = {"pool": "survey", "department": department, "fields": ["消防"], "qualifications": ["高级工程师"]}
        await hall.done(hall.bureau().post("/experts", json=nominee), 201)
    return hall
