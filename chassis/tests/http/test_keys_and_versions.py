"""What do a key and a version promise at the door, over HTTP?"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest

from approval_svc.app import service as approval
from expert_svc.app import service as expert
from notify_svc.app import service as notify
from shenguan_chassis.http.app import application
from shenguan_chassis.service import Service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from supervision_svc.app import service as supervision

FIRE = {"department": "fire", "name": "示例消防", "kind": "department"}
CHEN, LIU = "5e0f4f0a-4d8e-4c0e-9c58-0d9c6a6f7a01", "5e0f4f0a-4d8e-4c0e-9c58-0d9c6a6f7a02"
POST = "/departments/fire/posts/liaison_lead/designate"
SERVICES = (approval, supervision, notify, expert)


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    house = await open_house(supervision)
    answer = await administrator(house).post("/departments", json=FIRE, headers={"Idempotency-Key": "fire"})
    assert answer.status_code == 201
    return house


def administrator(house: House, person: str = "") -> httpx.AsyncClient:
    """Who keeps the directory, with a client that adds no header."""
    return house.bare(Role.SYSTEM_ADMINISTRATOR, department="bureau", person=person)


async def designated(house: House, person: str, **headers: str) -> httpx.Response:
    client = house.bare(Role.SYSTEM_ADMINISTRATOR, department="bureau")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post(POST, json={"person_id": person}, headers=named)


def the_whole(answer: httpx.Response) -> tuple[Any, ...]:
    """What a caller reads of an answer."""
    return answer.status_code, answer.content, answer.headers.get("etag"), answer.headers.get("location")


async def test_a_replay_answers_the_same_status_body_etag_and_place(house: House) -> None:
    health, key = {**FIRE, "department": "health"}, {"Idempotency-Key": "k"}

    answers = [await administrator(house).post("/departments", json=health, headers=key) for _ in range(3)]

    assert {the_whole(answer) for answer in answers} == {the_whole(answers[0])}
    assert the_whole(answers[0])[0::2] == (201, '"1"')
    assert answers[0].headers["location"] == "/supervision/v1/departments/health"


async def test_a_replay_answers_so_after_the_thing_has_changed_and_a_fortnight_has_passed(house: House) -> None:
    first = await designated(house, CHEN, Idempotency_Key="a", If_Match="*")
    await designated(house, LIU, Idempotency_Key="b", If_Match=first.headers["etag"])
    house.clock.forward(timedelta(days=14))

    again = await designated(house, CHEN, Idempotency_Key="a", If_Match="*")

    assert the_whole(again) == the_whole(first)


@pytest.mark.parametrize("change", [{"json": {**FIRE, "name": "另一名称"}}, {"params": {"x": "1"}}])
async def test_the_same_key_for_another_request_is_refused(house: House, change: dict[str, Any]) -> None:
    asked = {"json": FIRE, "headers": {"Idempotency-Key": "fire"}} | change

    answer = await administrator(house).post("/departments", **asked)

    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


async def test_another_person_s_same_key_is_another_key(house: House) -> None:
    health = {**FIRE, "department": "health"}

    answer = await administrator(house, "p-2").post("/departments", json=health, headers={"Idempotency-Key": "fire"})

    assert answer.status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "键", "k" * 129, "13812345678"])
async def test_a_key_that_is_none_is_refused(house: House, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode()}

    answer = await administrator(house).post("/departments", json=FIRE, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_header")


async def test_a_refusal_does_not_use_up_its_key(house: House) -> None:
    refused = await designated(house, CHEN, Idempotency_Key="k", If_Match='"7"')

    granted = await designated(house, CHEN, Idempotency_Key="k")

    assert (refused.status_code, granted.status_code) == (412, 200)


async def test_a_change_needs_a_version_and_a_stale_one_is_told_the_newest(house: House) -> None:
    await designated(house, CHEN, Idempotency_Key="1")

    without, stale, fresh = (
        await designated(house, LIU, Idempotency_Key="2"),
        await designated(house, LIU, Idempotency_Key="3", If_Match='"0"'),
        await designated(house, LIU, Idempotency_Key="4", If_Match='"1"'),
    )

    assert (without.status_code, without.json()["code"]) == (428, "if_match_required")
    assert (stale.status_code, stale.json()["code"], stale.headers["etag"]) == (412, "stale_etag", '"1"')
    assert (fresh.status_code, fresh.headers["etag"]) == (200, '"2"')
    assert [row["code"] for row in await house.journal()][-3:] == ["if_match_required", "stale_etag", None]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("*", 200),
        ('"1"', 200),
        ('"9", "1"', 200),
        ('"9","abc"', 412),
        ('W/"1"', 412),
        ('"01"', 412),
        ("1", 422),
        ("", 422),
    ],
)
async def test_if_match_is_read_as_http_says(house: House, given: str, status: int) -> None:
    """A weak ETag never matches (RFC 9110 §13.1.1); several may be named."""
    await designated(house, CHEN, Idempotency_Key="1")

    answer = await designated(house, LIU, Idempotency_Key="2", If_Match=given)

    assert answer.status_code == status


async def test_who_may_not_and_what_is_not_there_come_before_the_version(house: House) -> None:
    key = {"Idempotency-Key": "k"}
    unknown, body = "/departments/nowhere/posts/liaison_lead/designate", {"person_id": CHEN}

    nobody = await house.stranger().post(POST, json=body, headers={**key, "If-Match": ""})
    overseer = await house.bare(Role.INSPECTOR, department="fire").post(POST, json=body, headers=key)
    absent = await administrator(house).post(unknown, json=body, headers=key)
    foreign = await house.bare(Role.LIAISON_LEAD, department="health").post(POST, json=body, headers=key)

    assert [answer.status_code for answer in (nobody, overseer, absent, foreign)] == [401, 403, 404, 404]


async def test_of_fifty_with_one_etag_one_succeeds_and_the_others_are_told(house: House) -> None:
    await designated(house, CHEN, Idempotency_Key="0")
    people = [f"5e0f4f0a-4d8e-4c0e-9c58-0d9c6a6f8{n:03d}" for n in range(50)]

    answers = await asyncio.gather(
        *(designated(house, person, Idempotency_Key=person, If_Match='"1"') for person in people)
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 49}
    assert {answer.headers["etag"] for answer in answers} == {'"2"'}


async def test_of_fifty_who_say_whatever_its_version_each_is_settled_lawfully(house: House) -> None:
    await designated(house, CHEN, Idempotency_Key="0")
    people = [f"5e0f4f0a-4d8e-4c0e-9c58-0d9c6a6f9{n:03d}" for n in range(50)]

    answers = await asyncio.gather(
        *(designated(house, person, Idempotency_Key=person, If_Match="*") for person in people)
    )

    assert {answer.status_code for answer in answers} == {200}
    assert sorted(int(answer.headers["etag"].strip('"')) for answer in answers) == list(range(2, 52))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_every_post_asks_for_a_key(open_house: OpenHouse, service: Service) -> None:
    house = await open_house(service)

    for path, role in _posts(service):
        answer = await house.bare(role, department="bureau").post(path, json={})

        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required"), path
        assert "Idempotency-Key" in answer.json()["detail"]


def _posts(service: Service) -> list[tuple[str, Role]]:
    """Every command's path, with a role that may give it."""
    described = application(service).openapi()["paths"].items()
    found = [(path.removeprefix(service.prefix), doors["post"]) for path, doors in described if "post" in doors]
    ids = "0198c0de-0000-7000-8000-000000000001"
    assert found
    return [(re.sub(r"\{[^}]+\}", ids, path), Role(door["x-roles"][0])) for path, door in found]
