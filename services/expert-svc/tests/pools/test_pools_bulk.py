"""Experts of many departments by the line: numbered without gap, counted against each list, each once."""

from typing import Any

import orjson
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


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


async def sent(house: House, *rows: Any, key: str = "k") -> list[Any]:
    content = b"\n".join(orjson.dumps(row) for row in rows)
    headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": key}
    client = house.http(Role.REVIEWER, department="bureau")
    answer = await client.post("/experts/bulk", content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    return [orjson.loads(line) for line in answer.content.splitlines()]


async def test_experts_are_filed_by_the_line_and_a_refused_one_takes_no_number(house: House) -> None:
    told = await sent(
        house, EXPERT, {**EXPERT, "qualifications": []}, EXPERT, EXPERT, {**EXPERT, "department": "market"}
    )

    assert [verdict["status"] for verdict in told] == [201, 422, 201, 409, 201]
    assert told[3]["problem"]["code"] == "department_full"
    assert [event.data["expert_no"] for event in await house.said()] == ["e-000001", "e-000002", "e-000003"]


async def test_a_list_sent_again_after_a_cut_files_nobody_twice(house: House) -> None:
    market = {**EXPERT, "department": "market"}
    before = await sent(house, EXPERT, market)

    after = await sent(house, EXPERT, market, {**EXPERT, "department": "health"})

    assert after[:2] == before
    assert [verdict["status"] for verdict in after] == [201, 201, 201]
    assert len(await house.said()) == 3


async def test_numbers_of_persons_are_masked_in_the_verdicts(house: House) -> None:
    (told,) = await sent(house, {**EXPERT, "name": "示例某", "mobile": "13900001234"})

    assert told["status"] == 201
    assert "13900001234" not in orjson.dumps(told).decode()
    assert told["result"]["mobile"] == "139****1234"
