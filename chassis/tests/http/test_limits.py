"""What is too much is refused at once, with a problem document that says what to do; the rest goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from shenguan_chassis.service import Service
from shenguan_chassis.settings import ServiceSettings
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from supervision_svc.app import service

FIRE = {"department": "fire", "name": "示例消防", "kind": "department"}


def under(**limits: Any) -> Service:
    """The service with limits of one's own: what a test gives beats what the house gives."""

    class Narrow(ServiceSettings):
        def __init__(self, **given: Any) -> None:
            super().__init__(**(given | limits))

    return replace(service, settings=Narrow)


def administrator(house: House) -> httpx.AsyncClient:
    return house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau")


async def test_a_body_beyond_the_limit_is_refused_by_its_length_alone(open_house: OpenHouse) -> None:
    house = await open_house(under(body_bytes=2_000))

    answer = await administrator(house).post("/departments", json={**FIRE, "name": "甲" * 1000})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.json()["facts"] == {"most": 2_000}
    assert await house.journal() == []


async def test_a_body_that_does_not_say_its_length_is_counted_as_it_comes(open_house: OpenHouse) -> None:
    house = await open_house(under(body_bytes=2_000))
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while True:
            given += 1_000
            yield b" " * 1_000

    answer = await administrator(house).post(
        "/departments", content=endless(), headers={"Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert given <= 4_000


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-Encoding": "gzip"}, 415, "unsupported_media_type"),
        ({"Content-Encoding": "br"}, 415, "unsupported_media_type"),
        ({"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        ({"Content-Type": "application/json; charset=gbk"}, 415, "unsupported_media_type"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415, "unsupported_media_type"),
        ({f"X-{number}": "x" for number in range(200)}, 431, "headers_too_large"),
        ({"X-Long": "x" * 40_000}, 431, "headers_too_large"),
    ],
)
async def test_what_a_body_and_its_headers_may_be(
    open_house: OpenHouse, headers: dict[str, str], status: int, code: str
) -> None:
    house = await open_house(service)

    answer = await administrator(house).post("/departments", json=FIRE, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-language"] == "zh-CN"
    assert await house.said() == []


async def test_an_address_beyond_the_limit_is_414(open_house: OpenHouse) -> None:
    house = await open_house(service)

    answer = await administrator(house).get("/departments", params={"after": "a" * 9_000})

    assert (answer.status_code, answer.json()["code"]) == (414, "url_too_long")


async def test_a_header_that_may_be_said_once_is_not_said_twice(open_house: OpenHouse) -> None:
    house = await open_house(service)
    twice = [("Authorization", "Bearer x"), ("Authorization", administrator(house).headers["Authorization"])]

    answer = await house.stranger().get("/departments", headers=twice)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


async def test_one_person_who_asks_too_often_waits_and_others_do_not(open_house: OpenHouse) -> None:
    house = await open_house(under(rate=0.5, burst=5))
    hasty, calm = house.http(Role.OVERSEER, person="hasty"), house.http(Role.OVERSEER, person="calm")

    answers = [await hasty.get("/departments") for _ in range(8)]

    assert [answer.status_code for answer in answers].count(429) in (2, 3)
    assert answers[-1].json()["code"] == "too_many_requests"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 2
    assert (await calm.get("/departments")).status_code == 200


async def test_whoever_guesses_tokens_is_stopped_by_his_address_and_the_rest_of_it_is_not(
    open_house: OpenHouse,
) -> None:
    house = await open_house(under(stranger_rate=0.1, stranger_burst=20))
    known = administrator(house)
    assert (await known.get("/departments")).status_code == 200

    guesses = [
        (await house.stranger().get("/departments", headers={"Authorization": f"Bearer guess.{number}.x"})).status_code
        for number in range(40)
    ]

    assert guesses == [401] * 20 + [429] * 20
    assert (await known.get("/departments")).status_code == 200


async def test_beyond_the_requests_in_hand_one_is_asked_to_come_again_but_a_probe_is_answered(
    open_house: OpenHouse,
) -> None:
    house = await open_house(under(in_flight=2, connections=2, pool_seconds=5))
    held = [await house.runtime.pool.acquire().__aenter__() for _ in range(2)]
    waiting = [asyncio.create_task(administrator(house).get("/departments")) for _ in range(2)]
    while house.app.state.gate.in_flight < 2:  # noqa: ASYNC110 - it only yields until both are there
        await asyncio.sleep(0)

    refused, alive = await administrator(house).get("/departments"), await house.stranger().get("/healthz")
    for connection in held:
        await house.runtime.pool.release(connection)

    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (503, "overloaded", "1")
    assert alive.status_code == 200
    assert [(await task).status_code for task in waiting] == [200, 200]


async def test_when_no_connection_becomes_free_one_is_asked_to_come_again(open_house: OpenHouse) -> None:
    house = await open_house(under(connections=2, pool_seconds=0.2))
    held = [await house.runtime.pool.acquire().__aenter__() for _ in range(2)]

    answers = await asyncio.gather(*(administrator(house).get("/departments") for _ in range(20)))
    for connection in held:
        await house.runtime.pool.release(connection)

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "overloaded")}
    assert (await administrator(house).get("/departments")).status_code == 200


async def test_a_door_that_does_not_answer_in_time_is_answered_for(open_house: OpenHouse) -> None:
    house = await open_house(under(connections=2, pool_seconds=60, answer_seconds=0.2))
    held = [await house.runtime.pool.acquire().__aenter__() for _ in range(2)]

    answer = await administrator(house).post("/departments", json=FIRE)
    for connection in held:
        await house.runtime.pool.release(connection)

    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "overloaded", "1")
    assert house.app.state.gate.in_flight == 0
    assert (await administrator(house).post("/departments", json=FIRE)).status_code == 201


async def test_a_statement_that_takes_too_long_gives_up(open_house: OpenHouse) -> None:
    house = await open_house(under(lock_seconds=0.2))
    async with house.runtime.pool.acquire() as other, other.transaction():
        await other.execute("LOCK TABLE departments")

        answer = await administrator(house).get("/departments")

    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")


async def test_a_head_is_the_answer_to_get_without_its_body(open_house: OpenHouse) -> None:
    house = await open_house(service)

    head, full = await administrator(house).head("/departments"), await administrator(house).get("/departments")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == full.headers["content-length"]


async def test_a_path_tells_its_methods(open_house: OpenHouse) -> None:
    house = await open_house(service)

    told, wrong = await administrator(house).options("/departments"), await administrator(house).delete("/departments")

    assert (told.status_code, told.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json", 200),
        ("text/html, application/*;q=0.5", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
    ],
)
async def test_a_reader_is_told_in_a_form_he_takes_or_that_there_is_none(
    open_house: OpenHouse, accept: str, status: int
) -> None:
    house = await open_house(service)

    assert (await administrator(house).get("/departments", headers={"Accept": accept})).status_code == status
