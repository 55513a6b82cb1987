"""What may operators and auditors do through the doors of a service?"""

from __future__ import annotations

from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from supervision_svc.app import service

FIRE = {"department": "fire", "name": "示例消防", "kind": "department"}


async def a_house(open_house: OpenHouse) -> House:
    house = await open_house(service)
    await house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau").post("/departments", json=FIRE)
    return house


async def test_the_journal_chain_is_verified_for_an_auditor(open_house: OpenHouse) -> None:
    house = await a_house(open_house)
    await house.sealed()

    chain = (await house.http(Role.SECURITY_AUDITOR).get("/journal/chain")).json()

    assert (chain["rows"], chain["unsealed"], chain["broken_at"]) == (1, 0, None)


async def test_a_journal_row_changed_by_its_database_s_owner_is_found(open_house: OpenHouse) -> None:
    house = await a_house(open_house)
    await house.sealed()

    await house.runtime.pool.execute("UPDATE journal SET person = 'somebody-else'")

    chain = (await house.http(Role.SECURITY_AUDITOR).get("/journal/chain")).json()
    assert chain["broken_at"] == 1


async def test_nobody_else_may_look_at_the_journal(open_house: OpenHouse) -> None:
    house = await a_house(open_house)

    answer = await house.http(Role.INSPECTOR, department="fire").get("/journal/chain")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


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
