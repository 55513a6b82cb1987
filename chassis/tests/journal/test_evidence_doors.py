"""What does one service give to an evidence bundle, and to whom?"""

from __future__ import annotations

from uuid import uuid4

import pytest

from shenguan_chassis.evidence import verify_evidence as verifier
from shenguan_chassis.ids import derived_id
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from supervision_svc.app import service

FIRE = {"department": "fire", "name": "示例消防", "kind": "department"}
SUBJECT = f"department/{derived_id('department', 'fire')}"


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    house = await open_house(service)
    administrator = house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau")
    assert (await administrator.post("/departments", json=FIRE)).status_code == 201
    return house


async def part_of(house: House, *subjects: str) -> dict:
    answer = await house.http(Role.SECURITY_AUDITOR).get("/evidence", params={"subject": list(subjects)})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_event_and_its_row_are_proven_and_signed(house: House) -> None:
    await house.sealed()

    given = await part_of(house, SUBJECT)

    found = verifier.check_part("part", given, {}, None)
    assert sorted(fact["entry"] for fact in found["facts"]) == ["event", "row"]
    assert {fact["subject"] for fact in found["facts"]} == {SUBJECT}


async def test_what_is_not_sealed_yet_is_not_proven(house: House) -> None:
    await house.runtime.loops.stop()
    await house.runtime.pool.execute("DELETE FROM seal")

    answer = await house.http(Role.SECURITY_AUDITOR).get("/evidence", params={"subject": SUBJECT})

    assert (answer.status_code, answer.json()["code"]) == (409, "not_sealed_yet")


async def test_of_what_it_does_not_know_a_service_gives_an_empty_signed_part(house: House) -> None:
    await house.sealed()

    given = await part_of(house, f"case/{uuid4()}")

    assert verifier.check_part("part", given, {}, None)["facts"] == []


async def test_an_entry_altered_in_the_database_cannot_be_proven(house: House) -> None:
    await house.sealed()
    await house.runtime.pool.execute("UPDATE journal SET organisation = 'elsewhere'")

    given = await part_of(house, SUBJECT)

    with pytest.raises(verifier.Rejected, match="not as it was sealed"):
        verifier.check_part("part", given, {}, None)


@pytest.mark.parametrize("path", ["/evidence", "/evidence/links", "/journal/export"])
async def test_nobody_but_auditors_gets_evidence(house: House, path: str) -> None:
    answer = await house.http(Role.REVIEWER, department="bureau").get(path, params={"subject": SUBJECT})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("path", ["/evidence", "/evidence/links"])
async def test_what_names_nothing_is_not_found(house: House, path: str) -> None:
    answer = await house.http(Role.SECURITY_AUDITOR).get(path, params={"subject": "department/fire"})

    assert answer.status_code == 404
