"""事项 at its doors: published by the bureau, read by everyone (R5, R6, R14)."""

import asyncio
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest

from shenguan_contracts.types import DepartmentKind


async def test_a_published_item_is_on_the_list_and_said(bureau: Any) -> None:
    await bureau.register("fire")

    item = await bureau.publish()

    assert (item["standard_no"], item["version"]) == (1, 1)
    assert await bureau.said() == ["ItemPublished"]


async def test_everyone_reads_conditions_materials_flow_and_limits_without_a_token(bureau: Any) -> None:
    await bureau.register("fire")
    item = await bureau.publish()

    shown = (await bureau.house.stranger().get(f"/items/{item['id']}")).json()

    assert shown["standard"]["materials"] == ["申请书", "营业执照"]
    assert {"conditions", "flow", "promised_days", "statutory_days", "venue"} <= shown["standard"].keys()


async def test_the_list_is_read_page_by_page_in_the_order_of_the_codes(bureau: Any) -> None:
    await bureau.register("fire")
    for code in ("C-3", "A-1", "B-2"):
        await bureau.publish(item_code=code)

    first = (await bureau.house.stranger().get("/items", params={"limit": 2})).json()
    second = (await bureau.house.stranger().get("/items", params={"limit": 2, "after": first["next"]})).json()

    assert [item["item_code"] for item in first["items"] + second["items"]] == ["A-1", "B-2", "C-3"]
    assert second["next"] is None


async def test_the_next_standard_leaves_the_earlier_one_to_be_read(bureau: Any, shorter: dict[str, Any]) -> None:
    await bureau.register("fire")
    item = await bureau.publish()

    answer = await bureau.head.post(f"/items/{item['id']}/standards", json=shorter)
    earlier = await bureau.read(f"/items/{item['id']}/standards/1")

    assert (answer.json()["standard_no"], answer.headers["ETag"]) == (2, '"2"')
    assert (answer.json()["standard"]["promised_days"], earlier["promised_days"]) == (5, 10)


async def test_a_standard_is_not_overwritten_by_who_saw_an_older_one(bureau: Any, shorter: dict[str, Any]) -> None:
    await bureau.register("fire")
    item = await bureau.publish()
    await bureau.head.post(f"/items/{item['id']}/standards", json=shorter)

    answer = await bureau.head.post(f"/items/{item['id']}/standards", json=shorter, headers={"If-Match": '"1"'})

    assert (answer.status_code, answer.json()["code"]) == (412, "stale_etag")


async def test_an_item_is_published_once(bureau: Any, an_item: dict[str, Any]) -> None:
    await bureau.register("fire")
    await bureau.publish()

    answer = await bureau.head.post("/items", json=an_item)

    assert (answer.status_code, answer.json()["code"]) == (409, "item_already_published")
    assert answer.json()["field"] == "item_code"


@pytest.mark.parametrize(("departments", "code"), [([], "supervisor_missing"), (["ghost"], "supervisor_unknown")])
async def test_an_item_without_a_known_supervisor_is_refused(
    bureau: Any, an_item: dict[str, Any], departments: list[str], code: str
) -> None:
    answer = await bureau.head.post("/items", json=an_item | {"departments": departments})

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["rule"], problem["field"]) == (422, code, "R5", "departments")
    assert problem["next_step"]
    assert (await bureau.count("items"), await bureau.said()) == (0, [])


async def test_a_promise_longer_than_the_statute_is_refused(bureau: Any, an_item: dict[str, Any]) -> None:
    await bureau.register("fire")
    an_item["standard"]["promised_days"] = 21

    answer = await bureau.head.post("/items", json=an_item)

    assert (answer.status_code, answer.json()["field"]) == (422, "standard.promised_days")


async def test_a_department_does_not_publish(bureau: Any, an_item: dict[str, Any]) -> None:
    answer = await bureau.liaison("fire").post("/items", json=an_item)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert [row["code"] for row in await bureau.house.journal()] == ["not_allowed"]


async def test_an_item_nobody_published_is_not_there(bureau: Any, unknown: UUID) -> None:
    answer = await bureau.house.stranger().get(f"/items/{unknown}")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


async def test_the_overseer_supervises_nobody(bureau: Any, an_item: dict[str, Any]) -> None:
    await bureau.register("staffing-office", kind=DepartmentKind.OVERSEER)

    answer = await bureau.reviewer.post("/items", json=an_item | {"departments": ["staffing-office"]})

    assert answer.json()["code"] == "supervisor_unknown"


@pytest.fixture
def shorter(an_item: dict[str, Any]) -> dict[str, Any]:
    """The next standard of the item: five days promised."""
    body = deepcopy(an_item)
    del body["item_code"]
    body["standard"]["promised_days"] = 5
    return body


async def test_of_two_who_publish_the_same_item_at_once_one_does(bureau: Any, an_item: dict[str, Any]) -> None:
    await bureau.register("fire")

    answers = await asyncio.gather(*(bureau.head.post("/items", json=an_item) for _ in range(3)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.is_error} == {"item_already_published"}
    assert await bureau.said() == ["ItemPublished"]
