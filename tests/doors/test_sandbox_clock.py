"""Is the sandbox's legal clock moved once per key?"""

from __future__ import annotations

import httpx

from shenguan_chassis.testing.house import OpenHouse
from shenguan_kernel.roles import Role
from shenguan_launcher.sandbox import sandbox_doors
from supervision_svc.app import service

DOOR = "http://test/sandbox/clock"


async def test_the_clock_is_moved_once_per_key_however_often_it_is_asked(open_house: OpenHouse) -> None:
    house = await open_house(service)
    known = house.bare(Role.SYSTEM_ADMINISTRATOR, department="bureau").headers["Authorization"]
    headers = {"Authorization": known, "Idempotency-Key": "forward"}
    before = house.clock.ahead

    transport = httpx.ASGITransport(sandbox_doors(house.clock, house.runtime))
    async with httpx.AsyncClient(transport=transport, headers=headers) as client:
        answers = [await client.post(DOOR, json={"by": "+3d"}) for _ in range(3)]
        backwards = await client.post(DOOR, json={"by": "-3d"}, headers={"Idempotency-Key": "back"})

    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert (house.clock.ahead - before).days in (2, 3)
    assert (house.clock.ahead - before).total_seconds() <= 3 * 86_400
    assert backwards.status_code == 422


async def test_who_is_not_the_administrator_moves_nothing_and_that_is_journalled(open_house: OpenHouse) -> None:
    house = await open_house(service)
    known = house.bare(Role.LIAISON_OFFICER, department="fire").headers["Authorization"]
    before = house.clock.ahead

    transport = httpx.ASGITransport(sandbox_doors(house.clock, house.runtime))
    async with httpx.AsyncClient(transport=transport, headers={"Authorization": known}) as client:
        answer = await client.post(DOOR, json={"by": "+3d"}, headers={"Idempotency-Key": "k"})

    assert (answer.status_code, house.clock.ahead) == (403, before)
    assert [row["code"] for row in await house.journal()] == ["not_allowed"]
