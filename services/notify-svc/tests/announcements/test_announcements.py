"""From November on the operator is told, again and again, that next year's days off are not loaded."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from notify_svc.announcements import commands, rules
from notify_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.documents import PolicyDocReceived
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import legal_day, seed_years
from shenguan_kernel.working_days.legal_day import instant_of

LAST = seed_years()[-1].year
MISSING = LAST + 1
KEY = UUID(int=1)
NOVEMBER = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "years"),
    [(date(2026, 10, 31), (2026,)), (date(2026, 11, 1), (2026, 2027)), (date(2027, 1, 1), (2027,))],
)
def test_next_year_is_wanted_from_november_on_and_this_year_always(today: date, years: tuple[int, ...]) -> None:
    assert rules.wanted_years(today) == years


@pytest.mark.parametrize(
    ("told_at", "now", "again"),
    [
        (NOVEMBER, NOVEMBER + timedelta(days=13), False),
        (NOVEMBER, NOVEMBER + timedelta(days=14), True),
        (datetime(2027, 1, 4, tzinfo=UTC), datetime(2027, 1, 10, tzinfo=UTC), False),
        (datetime(2027, 1, 4, tzinfo=UTC), datetime(2027, 1, 11, tzinfo=UTC), True),
    ],
)
def test_it_is_told_again_every_second_week_and_within_the_year_every_week(
    told_at: datetime, now: datetime, again: bool
) -> None:
    known = rules.miss(None, KEY, 2027, 0, told_at)[0]

    assert rules.is_due(known, 2027, now) is again


def in_november(house: House) -> None:
    """Ten in the morning of the first 2 November after which the next year is not announced."""
    nine = instant_of(date(max(LAST, house.clock.legal().year), 11, 2), datetime.min.time().replace(hour=10))
    if nine > house.clock.legal():
        house.clock.forward(nine - house.clock.legal())


async def told(house: House) -> list[Any]:
    return [event for event in await house.said() if event.type.endswith("CalendarMissing.v1")]


async def test_the_operator_is_told_early_once_with_how_many_ends_may_move_until_the_year_is_loaded(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)
    in_november(house)
    year = legal_day(house.clock.legal()).year + 1
    await asyncio.gather(*(house.runtime.transact(commands.miss_years) for _ in range(3)))

    listed = (await house.stranger().get("/calendar-notices")).json()
    loaded = await house.http(Role.SYSTEM_ADMINISTRATOR).post(f"/calendar/{year}", json=announcement(year))
    cleared = (await house.stranger().get("/calendar-notices")).json()
    house.clock.forward(timedelta(days=20))
    await house.runtime.transact(commands.miss_years)

    assert [event.data["year"] for event in await told(house)].count(year) == 1
    assert year in [each["year"] for each in listed]
    assert loaded.status_code == 200
    assert year not in [each["year"] for each in cleared]


async def test_it_tells_how_many_open_ends_the_announcement_may_move(open_house: OpenHouse) -> None:
    house = await open_house(service)
    in_november(house)
    december = date(legal_day(house.clock.legal()).year, 12, 31)
    received_at = instant_of(december, datetime.min.time().replace(hour=9))
    house.clock.forward(received_at - house.clock.legal())
    document = PolicyDocReceived(
        policy_document_id=KEY,
        department="fire",
        title="通知",
        superior="省消防救援总队",
        recipients=("bureau",),
        received_at=received_at,
        registered_at=received_at,
    )
    await house.hear(document, source="supervision")

    await house.runtime.transact(commands.miss_years)
    house.clock.forward(timedelta(days=14))
    await house.runtime.transact(commands.miss_years)

    assert (await told(house))[-1].data["obligations"] == 1


def announcement(year: int) -> dict[str, Any]:
    return {
        "year": year,
        "source": f"国办发明电〔{year - 1}〕9号",
        "published": f"{year - 1}-11-04",
        "status": "OFFICIAL",
        "off": [],
        "makeup": [],
    }
