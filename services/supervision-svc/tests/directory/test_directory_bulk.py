"""The offices of a district and their posts, by the line: a verdict for each, and each once."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from supervision_svc.app import service

CHEN, LIU = str(UUID(int=1)), str(UUID(int=2))
FIRE = {"department": "fire", "name": "区消防救援大队", "kind": "department"}
HEALTH = {"department": "health", "name": "区卫生健康局", "kind": "department"}


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


async def sent(house: House, path: str, *rows: Any, key: str = "k", role: str = Role.SYSTEM_ADMINISTRATOR) -> list[Any]:
    content = b"\n".join(orjson.dumps(row) for row in rows)
    headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": key}
    answer = await house.http(role, department="bureau").post(path, content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    return [orjson.loads(line) for line in answer.content.splitlines()]


async def test_all_offices_are_entered_and_a_bad_line_stops_nobody(house: House) -> None:
    told = await sent(house, "/departments/bulk", FIRE, {**FIRE, "kind": "ministry"}, FIRE, HEALTH)

    assert [verdict["status"] for verdict in told] == [201, 422, 409, 201]
    assert told[1]["problem"]["errors"][0]["field"] == "kind"
    assert told[2]["problem"]["code"] == "department_known"
    assert [event.data["department"] for event in await house.said()] == ["fire", "health"]


async def test_offices_sent_again_after_a_cut_are_entered_once(house: House) -> None:
    before = await sent(house, "/departments/bulk", FIRE)

    after = await sent(house, "/departments/bulk", FIRE, HEALTH)

    assert after[0] == before[0]
    assert [verdict["status"] for verdict in after] == [201, 201]
    assert len(await house.said()) == 2


async def test_posts_of_several_offices_are_filled_by_the_line_and_a_held_one_wants_its_version(house: House) -> None:
    await sent(house, "/departments/bulk", FIRE, HEALTH)
    lead = {"department": "fire", "post": "liaison_lead", "person_id": CHEN}

    told = await sent(
        house,
        "/posts/bulk",
        lead,
        {**lead, "person_id": LIU},
        {**lead, "person_id": LIU, "if_match": 7},
        {**lead, "person_id": LIU, "if_match": 1},
        {**lead, "department": "health"},
        {**lead, "department": "nowhere"},
        {**lead, "post": "king"},
        key="posts",
    )

    assert [verdict["status"] for verdict in told] == [200, 428, 412, 200, 200, 404, 422]
    held = (await house.http(Role.OVERSEER).get("/departments/fire")).json()
    assert held["vacant"] == ["liaison_officer"]


async def test_who_may_not_register_may_not_by_the_line(house: House) -> None:
    client = house.http(Role.OVERSEER)

    answers = [
        await client.post(path, content=orjson.dumps(FIRE), headers={"Content-Type": "application/x-ndjson"})
        for path in ("/departments/bulk", "/posts/bulk")
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert await house.said() == []
