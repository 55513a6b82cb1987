"""A day off that is entered after it passed: who had more time than was known is not held late (2020 in January)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from notify_svc.app import service
from notify_svc.obligations.recounting import step
from notify_svc.obligations.scheduler import look
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import legal_day, seed_calendar, seed_years
from shenguan_kernel.working_days.legal_day import instant_of

from .neighbours import neighbours
from .said_by_others import forwarded, received, submitted

DAY = timedelta(days=1)


async def first_of_a_quiet_week(house: House) -> datetime:
    """Ten on a Monday of a year that nobody announced, with five working days before and behind it; it is now."""
    year = max(seed_years()[-1].year, legal_day(house.clock.legal()).year) + 1
    days = [date(year, 3, 8) + DAY * n for n in range(7)]
    monday = instant_of(next(day for day in days if day.weekday() == 0), datetime.min.time().replace(hour=10))
    house.clock.forward(monday - house.clock.legal())
    return monday


async def time_passes(house: House, days: int) -> None:
    """So many days, with whatever they bring about."""
    house.clock.forward(DAY * days)
    async with neighbours(house):
        while await look(house.runtime):
            pass
    await house.settle()


async def arranged(house: House, monday: datetime, days_off: int) -> None:
    """The year is announced, with days off from Tuesday on that nobody had known of, and everything counted again."""
    year, known = legal_day(monday).year, seed_calendar().year_of(legal_day(monday))
    off = {*known.off, *(legal_day(monday) + DAY * n for n in range(1, days_off + 1))}
    file = {
        "year": year,
        "source": f"国办发明电〔{year}〕1号",
        "published": f"{year}-03-01",
        "status": "OFFICIAL",
        "off": sorted(day.isoformat() for day in off),
        "makeup": [],
    }
    loaded = await house.http(Role.SYSTEM_ADMINISTRATOR).post(f"/calendar/{year}", json=file)
    assert loaded.status_code == 200, loaded.text
    while await step(house.runtime):
        pass
    await house.settle()


async def the_only(house: House) -> dict[str, Any]:
    (shown,) = (await house.http(Role.OVERSEER).get("/obligations")).json()["items"]
    found: dict[str, Any] = shown
    return found


async def earlier(house: House, obligation: str) -> list[tuple[str, str]]:
    told = (await house.http(Role.OVERSEER).get(f"/obligations/{obligation}/explanation")).json()
    return [(each["due_on"], each["moved_by"]) for each in told["earlier"]]


async def test_what_was_called_overdue_runs_again_if_its_end_is_still_to_come(open_house: OpenHouse) -> None:
    house = await open_house(service)
    monday = await first_of_a_quiet_week(house)
    await house.hear(received(monday), source="supervision")
    await time_passes(house, 2)
    late = await the_only(house)

    await arranged(house, monday, days_off=3)

    free = await the_only(house)
    assert (late["state"], late["card"]) == ("overdue", "red")
    assert (free["state"], free["card"], free["overdue_at"]) == ("open", None, None)
    assert free["due_on"] == (legal_day(monday) + DAY * 4).isoformat()
    assert await earlier(house, free["id"]) == [(late["due_on"], "ObligationRescheduled")]

    await house.hear(forwarded(house.clock.legal()), source="supervision")
    assert (await the_only(house))["state"] == "met"


async def test_who_acted_late_by_the_old_end_and_in_time_by_the_new_one_was_in_time(open_house: OpenHouse) -> None:
    house = await open_house(service)
    monday = await first_of_a_quiet_week(house)
    await house.hear(received(monday), source="supervision")
    await time_passes(house, 2)
    await house.hear(forwarded(house.clock.legal()), source="supervision")
    late = await the_only(house)
    await time_passes(house, 3)

    await arranged(house, monday, days_off=2)

    free = await the_only(house)
    assert (late["state"], late["card"]) == ("met_late", "red")
    assert (free["state"], free["card"], free["met_at"]) == ("met", None, late["met_at"])
    assert free["due_on"] == (legal_day(monday) + DAY * 3).isoformat()
    assert await earlier(house, free["id"]) == [(late["due_on"], "ObligationRescheduled")]


async def test_who_was_late_for_the_new_end_too_stays_so_with_the_end_that_was_his(open_house: OpenHouse) -> None:
    house = await open_house(service)
    monday = await first_of_a_quiet_week(house)
    await house.hear(received(monday), source="supervision")
    await time_passes(house, 4)

    await arranged(house, monday, days_off=1)

    late = await the_only(house)
    assert (late["state"], late["card"]) == ("overdue", "red")
    assert late["due_on"] == (legal_day(monday) + DAY * 2).isoformat()


async def test_what_the_law_has_drawn_its_consequence_from_stays(open_house: OpenHouse) -> None:
    house = await open_house(service)
    monday = await first_of_a_quiet_week(house)
    await house.hear(submitted(monday), source="approval")
    await time_passes(house, 8)
    accepted_by_silence = await the_only(house)

    await arranged(house, monday, days_off=4)

    assert accepted_by_silence["state"] == "overdue"
    assert await the_only(house) == accepted_by_silence
