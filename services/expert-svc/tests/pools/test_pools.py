"""The lists of experts through their doors."""

import asyncio
from typing import Any

import httpx
import pytest

from expert_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role

EXPERT: dict[str, Any] = {
    "pool": "survey",
    "department": "fire",
    "fields": ["消防"],
    "qualifications": ["一级注册消防工程师"],
}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"pool": "friends"}, "pool"),
    ({"department": "FIRE"}, "department"),
    ({"fields": []}, "fields"),
    ({"fields": ["消" * 65]}, "fields.0"),
    ({"fields": ["消\u0000防"]}, "fields.0"),
    ({"fields": [7]}, "fields.0"),
    ({"alias": "陈某"}, "alias"),
    ({"expert_no": "e-000007"}, "expert_no"),
]


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


def reviewer(house: House) -> httpx.AsyncClient:
    return house.http(Role.REVIEWER, department="bureau")


async def test_the_bureau_files_an_expert_under_the_next_number(house: House) -> None:
    first = await reviewer(house).post("/experts", json=EXPERT)
    second = await reviewer(house).post("/experts", json={**EXPERT, "department": "market"})

    assert (first.status_code, first.json()["expert_no"]) == (201, "e-000001")
    assert second.json()["expert_no"] == "e-000002"
    assert first.headers["Location"] == f"/expert/v1/experts/{first.json()['id']}"
    said = [event.data for event in await house.said()]
    assert [(event["expert_no"], event["department"]) for event in said] == [
        ("e-000001", "fire"),
        ("e-000002", "market"),
    ]


async def test_numbers_have_no_gap_and_no_double_however_many_file_at_once(house: House) -> None:
    departments = [f"office-{number}" for number in range(12)]

    answers = await asyncio.gather(
        *(reviewer(house).post("/experts", json={**EXPERT, "department": one}) for one in departments)
    )

    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["expert_no"] for answer in answers) == [f"e-{n:06d}" for n in range(1, 13)]


async def test_a_department_cannot_overfill_a_list_even_by_filing_at_once(house: House) -> None:
    answers = await asyncio.gather(*(reviewer(house).post("/experts", json=EXPERT) for _ in range(6)))

    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"department_full"}


async def test_terms_that_look_alike_are_kept_alike(house: House) -> None:
    decomposed, composed = "cafe\u0301", "caf\u00e9"

    answer = await reviewer(house).post("/experts", json={**EXPERT, "fields": [decomposed, composed]})

    assert answer.json()["fields"] == [composed]


async def test_a_survey_expert_without_qualification_is_refused_and_names_the_field(house: House) -> None:
    refused = await reviewer(house).post("/experts", json={**EXPERT, "qualifications": []})

    assert (refused.status_code, refused.json()["field"]) == (422, "qualifications")


async def test_a_wrong_filing_names_the_field_and_leaves_nothing(house: House) -> None:
    for wrong, field in WRONG:
        refused = await reviewer(house).post("/experts", json={**EXPERT, **wrong})

        assert refused.status_code == 422, wrong
        assert refused.json()["errors"][0]["field"] == field, wrong
    assert await house.said() == []


async def test_only_the_bureau_files(house: House) -> None:
    refused = await house.http(Role.LIAISON_LEAD, department="fire").post("/experts", json=EXPERT)

    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


async def test_another_departments_expert_is_not_there(house: House) -> None:
    expert = (await reviewer(house).post("/experts", json=EXPERT)).json()
    own, stranger = (house.http(Role.LIAISON_LEAD, department=one) for one in ("fire", "market"))

    assert (await own.get(f"/experts/{expert['id']}")).json() == expert
    assert (await stranger.get(f"/experts/{expert['id']}")).status_code == 404
    assert (await stranger.get("/experts")).json()["items"] == []


async def test_the_list_is_read_by_pool_and_page_by_page(house: House) -> None:
    for number in range(3):
        await reviewer(house).post("/experts", json={**EXPERT, "department": f"office-{number}"})
    await reviewer(house).post("/experts", json={**EXPERT, "pool": "think_tank"})

    page = (await reviewer(house).get("/experts", params={"pool": "survey", "limit": 2})).json()
    rest = (await reviewer(house).get("/experts", params={"pool": "survey", "after": page["next"]})).json()

    assert [expert["expert_no"] for expert in page["items"] + rest["items"]] == ["e-000001", "e-000002", "e-000003"]
    assert rest["next"] is None
