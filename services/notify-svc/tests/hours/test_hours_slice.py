"""Business hours at their door, and what they do to an end."""

from __future__ import annotations

from typing import Any

import pytest

from notify_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role

NEXT = {"after_hours": "next_working_day", "closes_at": "17:00"}
AFTER_FIVE = "2026-05-08T17:30:00+08:00"


async def due_on(house: House, **more: Any) -> str:
    told = await house.stranger().get("/working-days", params={"received_at": AFTER_FIVE, "days": 1, **more})
    found: str = told.json()["due_on"]
    return found


async def test_an_office_that_set_none_goes_by_the_strict_default(open_house: OpenHouse) -> None:
    house = await open_house(service)

    assert await due_on(house, department="fire") == "2026-05-09"


async def test_an_office_s_hours_decide_what_a_receipt_in_the_evening_counts_as(open_house: OpenHouse) -> None:
    house = await open_house(service)

    answer = await house.http(Role.SYSTEM_ADMINISTRATOR).post("/business-hours/fire", json=NEXT)

    assert answer.status_code == 200, answer.text
    assert await due_on(house, department="fire") == "2026-05-11"
    assert await due_on(house, department="housing") == "2026-05-09"
    assert [office["department"] for office in (await house.stranger().get("/business-hours")).json()] == ["fire"]
    (said,) = [event for event in await house.said() if event.type.endswith("BusinessHoursSet.v1")]
    assert said.data["closes_minute"] == 1020


async def test_the_same_hours_twice_are_refused(open_house: OpenHouse) -> None:
    house = await open_house(service)
    client = house.http(Role.SYSTEM_ADMINISTRATOR)
    await client.post("/business-hours/fire", json=NEXT)

    again = await client.post("/business-hours/fire", json=NEXT)

    assert (again.status_code, again.json()["code"]) == (409, "hours_unchanged")


@pytest.mark.parametrize("closes_at", ["24:00", "5pm", "17:00:00+08:00"])
async def test_a_closing_time_is_a_time_of_the_wall(open_house: OpenHouse, closes_at: str) -> None:
    house = await open_house(service)

    answer = await house.http(Role.SYSTEM_ADMINISTRATOR).post(
        "/business-hours/fire", json={**NEXT, "closes_at": closes_at}
    )

    assert answer.status_code == 422
