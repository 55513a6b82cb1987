"""The calendar through its doors: public to read, one operator to change it, every due date explained."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from notify_svc.app import service
from notify_svc.calendar import commands
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import BUREAU_ROLES, Role
from shenguan_kernel.working_days import seed_years

AFTER_THE_SEED = seed_years()[-1].year + 1
"""The first year that no announcement in the seed covers."""


def announcement(year: int = AFTER_THE_SEED, **changes: Any) -> dict[str, Any]:
    """An announced year with one day off, 4 January (or the next weekday), and a Sunday worked."""
    first = next(day for day in range(4, 8) if date(year, 1, day).weekday() < 5)
    sunday = next(day for day in range(8, 15) if date(year, 1, day).weekday() == 6)
    told = {
        "year": year,
        "source": f"国办发明电〔{year - 1}〕9号",
        "published": f"{year - 1}-11-04",
        "status": "OFFICIAL",
        "off": [f"{year}-01-01", f"{year}-01-{first:02}"],
        "makeup": [f"{year}-01-{sunday:02}"],
    }
    return {**told, **changes}


async def load(
    house: House, body: dict[str, Any], role: Role = Role.SYSTEM_ADMINISTRATOR, year: int = AFTER_THE_SEED
) -> Any:
    department = "bureau" if role in BUREAU_ROLES else None
    return await house.http(role, department=department).post(f"/calendar/{year}", json=body)


async def test_the_first_start_says_every_announced_year_and_the_next_and_later_starts_say_nothing(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)
    await house.runtime.transact(commands.seed)

    again = await house.runtime.transact(commands.seed)

    said = [event for event in await house.said() if "CalendarAmended" in event.type]
    years = sorted(event.data["year"] for event in said)
    assert again == 0
    assert years == list(range(2004, max(AFTER_THE_SEED, house.clock.legal().year + 1) + 1))
    assert {event.sequence for event in said} == {1}
    assert all(event.starts for event in said)


VECTORS = [
    ("2024-10-11T09:00:00+08:00", 1, "same_day", "2024-10-12"),
    ("2024-02-09T09:00:00+08:00", 1, "same_day", "2024-02-18"),
    ("2024-09-14T09:00:00+08:00", 1, "same_day", "2024-09-18"),
    ("2025-01-27T09:00:00+08:00", 1, "same_day", "2025-02-05"),
    ("2025-01-29T09:00:00+08:00", 1, "same_day", "2025-02-05"),
    ("2025-09-30T20:00:00+08:00", 1, "same_day", "2025-10-09"),
    ("2025-09-30T20:00:00+08:00", 1, "next_working_day", "2025-10-10"),
    ("2025-12-31T09:00:00+08:00", 1, "same_day", "2026-01-04"),
    ("2026-02-14T10:00:00+08:00", 1, "same_day", "2026-02-24"),
    ("2026-02-13T16:30:00+00:00", 1, "same_day", "2026-02-24"),
    ("2026-05-08T17:30:00+08:00", 1, "same_day", "2026-05-09"),
    ("2026-05-08T17:30:00+08:00", 1, "next_working_day", "2026-05-11"),
    ("2026-09-24T09:00:00+08:00", 1, "same_day", "2026-09-28"),
    ("2026-02-02T09:00:00+08:00", 5, "same_day", "2026-02-09"),
    ("2026-02-02T09:00:00+08:00", 10, "same_day", "2026-02-14"),
    ("2026-02-02T09:00:00+08:00", 20, "same_day", "2026-03-06"),
    ("2026-02-02T09:00:00+08:00", 30, "same_day", "2026-03-20"),
    ("2025-01-20T09:00:00+08:00", 20, "same_day", "2025-02-21"),
    ("2025-09-15T09:00:00+08:00", 20, "same_day", "2025-10-17"),
    ("2026-02-06T09:00:00+08:00", 5, "same_day", "2026-02-13"),
    ("2026-02-06T09:00:00+08:00", 20, "same_day", "2026-03-12"),
    ("2026-02-02T09:00:00+08:00", 45, "same_day", "2026-04-13"),
]


async def test_anyone_may_ask_when_a_limit_ends_and_is_told_why(open_house: OpenHouse) -> None:
    house = await open_house(service)

    for received_at, days, policy, due_on in VECTORS:
        asked: dict[str, str | int] = {"received_at": received_at, "days": days, "policy": policy}
        told = (await house.stranger().get("/working-days", params=asked)).json()

        counted = [day for day in told["explanation"] if day["counted"]]
        assert (told["due_on"], told["provisional"]) == (due_on, False), asked
        assert [day["number"] for day in counted] == list(range(1, days + 1))
        assert counted[-1]["date"] == due_on
        assert all(day["reason"] and day["text"] for day in told["explanation"])


MAKE_UP_DAYS = {
    2019: "02-02 02-03 04-28 05-05 09-29 10-12",
    2020: "01-19 04-26 05-09 06-28 09-27 10-10",
    2021: "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    2022: "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    2023: "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}
WORKING_DAYS = {2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}


async def test_every_announced_year_has_its_make_up_days_and_as_many_working_days_as_announced(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)

    for year, days in MAKE_UP_DAYS.items():
        told = (await house.stranger().get(f"/calendar/{year}")).json()

        assert told["makeup"] == [f"{year}-{day}" for day in days.split()]
        assert (told["working_days"], told["status"]) == (WORKING_DAYS[year], "official")


async def test_a_limit_that_runs_into_a_year_nobody_announced_is_provisional(open_house: OpenHouse) -> None:
    house = await open_house(service)
    asked = {"received_at": f"{AFTER_THE_SEED - 1}-12-31T09:00:00+08:00", "days": "1"}

    told = (await house.stranger().get("/working-days", params=asked)).json()

    assert told["provisional"]
    assert "尚未公布" in told["sentence"]
    if AFTER_THE_SEED == 2027:
        assert told["due_on"] == "2027-01-04"


async def test_an_instant_without_zone_could_be_two_days_and_is_refused(open_house: OpenHouse) -> None:
    house = await open_house(service)

    answer = await house.stranger().get("/working-days", params={"received_at": "2026-02-14T10:00:00", "days": 1})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "received_at"


@pytest.mark.parametrize("year", [2003, 2051])
async def test_a_year_outside_every_calendar_is_refused(open_house: OpenHouse, year: int) -> None:
    house = await open_house(service)

    answer = await house.stranger().get(f"/calendar/{year}")

    assert (answer.status_code, answer.json()["code"]) == (422, "outside_calendar")


async def test_a_year_nobody_announced_is_marked_provisional(open_house: OpenHouse) -> None:
    house = await open_house(service)

    told = (await house.stranger().get(f"/calendar/{AFTER_THE_SEED}")).json()

    assert told["status"] == "provisional"
    assert told["makeup"] == []
    assert "推算" in told["basis"]


async def test_an_announcement_makes_a_new_edition_that_all_count_by(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.runtime.transact(commands.seed)

    answer = await load(house, announcement())

    shown = await house.stranger().get(f"/calendar/{AFTER_THE_SEED}")
    assert answer.status_code == 200
    assert (shown.json()["version"], shown.headers["ETag"]) == (2, '"2"')
    assert shown.json()["status"] == "official"
    told = [event for event in await house.said() if event.data.get("year") == AFTER_THE_SEED]
    assert told[-1].data["makeup"] == announcement()["makeup"]


async def test_only_the_operator_loads_a_year(open_house: OpenHouse) -> None:
    house = await open_house(service)

    answer = await load(house, announcement(), role=Role.BUREAU_HEAD)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize(
    "fault",
    [
        {
            "makeup": [
                f"{AFTER_THE_SEED}-03-03" if date(AFTER_THE_SEED, 3, 3).weekday() < 5 else f"{AFTER_THE_SEED}-03-05"
            ]
        },
        {"off": [f"{AFTER_THE_SEED + 1}-01-01"]},
        {"off": announcement()["makeup"]},
        {"status": "MAYBE"},
        {"extra": True},
    ],
    ids=["a make-up day in the week", "a day of another year", "off and worked", "no such status", "unknown field"],
)
async def test_an_unlawful_year_is_refused_and_leaves_nothing(open_house: OpenHouse, fault: dict[str, Any]) -> None:
    house = await open_house(service)

    answer = await load(house, announcement(**fault))

    shown = await house.stranger().get(f"/calendar/{AFTER_THE_SEED}")
    assert answer.status_code == 422
    assert shown.json()["status"] == "provisional"


async def test_a_file_of_another_year_than_the_address_is_refused(open_house: OpenHouse) -> None:
    house = await open_house(service)

    answer = await load(house, announcement(AFTER_THE_SEED + 1))

    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_year")


async def test_the_same_file_twice_is_no_second_edition(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await load(house, announcement())

    answer = await load(house, announcement())

    assert (answer.status_code, answer.json()["code"]) == (409, "calendar_unchanged")
