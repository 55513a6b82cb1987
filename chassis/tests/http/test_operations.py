"""What may operators do through the doors of a service?"""

from __future__ import annotations

from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from supervision_svc.app import service

FIRE = {"department": "fire", "name": "示例消防", "kind": "department"}


async def a_house(open_house: OpenHouse) -> House:
    house = await open_house(service)
    await house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau").post("/departments", json=FIRE)
    return house


async def test_an_operator_says_kept_events_again_and_that_is_journalled_once_per_key(open_house: OpenHouse) -> None:
    house = await a_house(open_house)
    administrator = house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau")

    answers = [await administrator.post("/republish", json={}, headers={"Idempotency-Key": "again"}) for _ in range(2)]

    assert [answer.json() for answer in answers] == [{"events": 1}] * 2
    assert [row["command"] for row in await house.journal()] == ["register_department", "republish"]


async def test_what_was_not_set_aside_cannot_be_redriven(open_house: OpenHouse) -> None:
    house = await a_house(open_house)
    administrator = house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau")

    letters = (await administrator.get("/dead-letters")).json()
    redriven = (await administrator.post("/dead-letters/redrive", json={})).json()

    assert (letters, redriven) == ([], {"events": 0})
