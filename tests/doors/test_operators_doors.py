"""What do auditors and operators see at the doors that every service has? (等保: separated administrators)"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from shenguan_chassis.settings import ServiceSettings
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from supervision_svc.app import service


class WithSha256(ServiceSettings):
    """The other hash that an operator may choose."""

    journal_hash: str = "sha256"


async def register_the_fire_brigade(house: House) -> None:
    administrator = house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau")
    body = {"department": "fire", "name": "区消防救援大队", "kind": "department"}
    assert (await administrator.post("/departments", json=body)).status_code == 201


async def chain_of(house: House) -> dict[str, Any]:
    """What the auditor reads once every row is sealed: the sealer runs in the background."""
    async with asyncio.timeout(10):
        chain: dict[str, Any] = {"unsealed": 1}
        while chain["unsealed"]:
            await house.runtime.sealer.seal_all()
            chain = (await house.http(Role.SECURITY_AUDITOR).get("/journal/chain")).json()
    return chain


@pytest.mark.parametrize("settings", [ServiceSettings, WithSha256])
async def test_the_auditor_finds_the_chain_whole_under_either_hash(
    open_house: OpenHouse, settings: type[ServiceSettings]
) -> None:
    house = await open_house(replace(service, settings=settings))
    await register_the_fire_brigade(house)

    chain = await chain_of(house)

    assert (chain["rows"], chain["broken_at"], chain["faults"]) == (2, None, [])


async def test_a_row_altered_in_the_database_is_shown_to_the_auditor(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await register_the_fire_brigade(house)
    whole = await chain_of(house)

    await house.runtime.pool.execute("UPDATE journal SET person = 'somebody-else'")

    assert whole["broken_at"] is None
    assert (await house.http(Role.SECURITY_AUDITOR).get("/journal/chain")).json()["broken_at"] == 1


async def test_a_department_is_not_shown_the_journal(open_house: OpenHouse) -> None:
    house = await open_house(service)

    answer = await house.http(Role.LIAISON_LEAD, department="fire").get("/journal/chain")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
