"""Who an expert is: sealed, masked, found by number, read out on record, and nowhere else. All numbers are invented."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from expert_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role

MOBILE, RESIDENT_ID = "13900001234", "37030218800808000X"
EXPERT: dict[str, Any] = {"pool": "think_tank", "department": "fire", "fields": ["消防"]}
PERSON = {"name": "示例甲", "office_phone": "0533-5180001", "mobile": MOBILE, "resident_id": RESIDENT_ID}
MASKED = {
    "name": "示**",
    "office_phone": "0533-518****",
    "mobile": "139****1234",
    "resident_id": "370302********000X",
}
PURPOSE = "通知现场勘验时间"


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


def reviewer(house: House) -> httpx.AsyncClient:
    return house.http(Role.REVIEWER, department="bureau")


async def filed(house: House, **changes: Any) -> Any:
    answer = await reviewer(house).post("/experts", json={**EXPERT, **PERSON, **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_every_answer_masks_who_it_is(house: House) -> None:
    made = await filed(house)
    shown = (await reviewer(house).get(f"/experts/{made['id']}")).json()
    (listed,) = (await reviewer(house).get("/experts")).json()["items"]

    assert MASKED.items() <= made.items()
    assert shown == made
    assert not PERSON.keys() & listed.keys()


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"Find-Mobile": MOBILE}, True),
        ({"Find-Mobile": "+86 139-0000-1234"}, True),
        ({"Find-Resident-Id": RESIDENT_ID.lower()}, True),
        ({"Find-Mobile": "13900009999", "Find-Resident-Id": RESIDENT_ID}, True),
        ({"Find-Mobile": "13900009999"}, False),
        ({}, False),
    ],
)
async def test_an_expert_is_found_by_number_in_a_header(house: House, headers: dict[str, str], found: bool) -> None:
    made = await filed(house)

    answer = await reviewer(house).get("/experts-by-number", headers=headers)

    assert answer.json() == {"items": [made] if found else []}


async def test_another_departments_expert_is_not_found_by_number(house: House) -> None:
    await filed(house)

    answer = await house.http(Role.LIAISON_LEAD, department="market").get(
        "/experts-by-number", headers={"Find-Mobile": MOBILE}
    )

    assert answer.json() == {"items": []}


@pytest.mark.parametrize("same", [{"mobile": "13900009999"}, {"resident_id": None, "mobile": f"+86{MOBILE}"}])
async def test_the_same_person_is_on_a_list_once(house: House, same: dict[str, Any]) -> None:
    await filed(house)

    again = await reviewer(house).post("/experts", json={**EXPERT, **PERSON, "department": "market", **same})
    other = await filed(house, pool="survey", qualifications=["示例资质"])

    assert (again.status_code, again.json()["code"]) == (409, "expert_known")
    assert other["expert_no"] == "e-000002"


@pytest.mark.parametrize(("field", "value"), PERSON.items())
async def test_a_datum_is_read_out_for_a_purpose_and_the_record_holds_the_purpose_but_never_the_datum(
    house: House, field: str, value: str
) -> None:
    made = await filed(house)

    told = await reviewer(house).post(f"/experts/{made['id']}/unmask", json={"field": field, "purpose": PURPOSE})

    row = (await house.journal())[-1]
    record = {"id": made["id"], "field": field, "purpose": PURPOSE, "masked": MASKED[field]}
    assert (told.status_code, told.json()) == (200, {**record, "value": value})
    assert told.headers["Cache-Control"] == "no-store"
    assert (row["command"], row["subject"]) == ("unmask_expert", f"expert/{made['id']}")
    assert PURPOSE.encode() in row["answer"]
    assert value.encode() not in row["answer"]


async def test_a_retry_with_the_same_key_answers_alike_and_is_a_reading_of_its_own(house: House) -> None:
    made = await filed(house)
    ask: dict[str, Any] = {"json": {"field": "mobile", "purpose": PURPOSE}, "headers": {"Idempotency-Key": "unmask-1"}}

    first = await reviewer(house).post(f"/experts/{made['id']}/unmask", **ask)
    again = await reviewer(house).post(f"/experts/{made['id']}/unmask", **ask)

    readings = [row for row in await house.journal() if row["command"] == "unmask_expert"]
    assert first.json() == again.json()
    assert [row["idem_key"] for row in readings] == ["unmask-1", None]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"field": "mobile"}, 422, "invalid_request"),
        ({"field": "mobile", "purpose": "看"}, 422, "invalid_request"),
        ({"field": "mobile", "purpose": f"给{MOBILE}打电话"}, 422, "invalid_request"),
        ({"field": "department", "purpose": PURPOSE}, 422, "not_personal"),
        ({"field": "__class__", "purpose": PURPOSE}, 422, "invalid_request"),
        ({"field": "reveal", "purpose": PURPOSE}, 422, "not_personal"),
        ({"field": "office_phone", "purpose": PURPOSE}, 409, "nothing_to_unmask"),
    ],
)
async def test_a_reading_that_may_not_be_is_refused(house: House, body: Any, status: int, code: str) -> None:
    made = await filed(house, office_phone=None)

    refused = await reviewer(house).post(f"/experts/{made['id']}/unmask", json=body)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert MOBILE not in refused.text


async def test_who_has_no_right_to_it_reads_nothing_and_that_is_on_record(house: House) -> None:
    made = await filed(house)
    ask = {"field": "mobile", "purpose": PURPOSE}

    stranger = await house.http(Role.LIAISON_LEAD, department="market").post(f"/experts/{made['id']}/unmask", json=ask)
    inspector = await house.http(Role.INSPECTOR, department="fire").post(f"/experts/{made['id']}/unmask", json=ask)

    assert (stranger.status_code, inspector.status_code) == (404, 403)
    refused = [row["status"] for row in await house.journal() if row["command"] == "unmask_expert"]
    assert refused == [404, 403]


async def test_who_reads_out_too_much_must_wait(house: House) -> None:
    made = await filed(house)
    ask = {"field": "mobile", "purpose": PURPOSE}
    most = house.runtime.settings.unmask_hourly

    answers = [await reviewer(house).post(f"/experts/{made['id']}/unmask", json=ask) for _ in range(most + 1)]

    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "too_many_readings")
    assert int(answers[-1].headers["Retry-After"]) >= 1


async def test_nothing_of_it_is_on_the_bus_or_in_the_clear_in_the_database(house: House) -> None:
    await filed(house)

    (said,) = await house.said()
    row = await house.runtime.pool.fetchrow("SELECT * FROM experts")
    assert row is not None
    for value in PERSON.values():
        assert value not in str(said)
        assert value.encode() not in b"".join(part for part in row.values() if isinstance(part, bytes))
