"""Officers: registered by their department, masked, corrected, found by number, read out; all numbers are invented."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from notify_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role

MOBILE = "13900001234"
PERSON: dict[str, Any] = {
    "department": "fire",
    "name": "示例甲",
    "title": "示例大队副大队长",
    "office_phone": "0533-5180001-12",
    "mobile": MOBILE,
}
MASKED = {"office_phone": "0533-518****-**", "mobile": "139****1234"}


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


def lead(house: House, department: str = "fire") -> httpx.AsyncClient:
    return house.http(Role.LIAISON_LEAD, department=department)


async def registered(house: House, **changes: Any) -> Any:
    answer = await lead(house).post("/people", json=PERSON | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_department_registers_its_officer_and_sees_the_numbers_masked(house: House) -> None:
    made = await registered(house)

    shown = await lead(house).get(f"/people/{made['id']}")
    (listed,) = (await lead(house).get("/people")).json()["items"]

    assert (PERSON | MASKED).items() <= made.items()
    assert shown.json() == made
    assert not MASKED.keys() & listed.keys()


async def test_others_are_told_a_reference_and_nothing_more(house: House) -> None:
    made = await registered(house)

    said = [event for event in await house.said() if "Person" in event.type]

    assert [set(event.data) for event in said] == [{"person_id", "department", "registered_at"}]
    assert said[0].data["person_id"] == made["id"]


async def test_a_department_neither_registers_nor_sees_anothers_officer(house: House) -> None:
    made = await registered(house)
    other = lead(house, "health")

    assert (await other.post("/people", json=PERSON)).status_code == 403
    assert (await other.get(f"/people/{made['id']}")).status_code == 404
    assert (await other.get("/people")).json()["items"] == []
    assert (await other.get("/people-by-number", headers={"Find-Mobile": MOBILE})).json() == {"items": []}


async def test_nobody_is_registered_twice_in_a_department(house: House) -> None:
    await registered(house)

    again = await lead(house).post("/people", json=PERSON | {"mobile": "+86 139 0000 1234", "name": "示例乙"})

    assert (again.status_code, again.json()["code"]) == (409, "person_known")


async def test_what_is_wrong_is_corrected_and_found_by_its_new_number_only(house: House) -> None:
    made = await registered(house)
    right = {key: value for key, value in PERSON.items() if key != "department"} | {"mobile": "13900005678"}

    corrected = await lead(house).post(f"/people/{made['id']}/correct", json=right)
    same = await lead(house).post(f"/people/{made['id']}/correct", json=right)
    found = [
        (await lead(house).get("/people-by-number", headers={"Find-Mobile": number})).json()["items"]
        for number in (MOBILE, "13900005678")
    ]

    assert corrected.json()["mobile"] == "139****5678"
    assert (same.status_code, same.json()["code"]) == (409, "nothing_corrected")
    assert found == [[], [corrected.json()]]


async def test_the_bureau_reads_a_number_out_to_call_and_an_inspector_does_not(house: House) -> None:
    made = await registered(house)
    ask = {"field": "mobile", "purpose": "核实抄告文件接收情况"}

    told = await house.http(Role.REVIEWER, department="bureau").post(f"/people/{made['id']}/unmask", json=ask)
    refused = await house.http(Role.INSPECTOR, department="fire").post(f"/people/{made['id']}/unmask", json=ask)

    assert told.json()["value"] == MOBILE
    assert refused.status_code == 403
