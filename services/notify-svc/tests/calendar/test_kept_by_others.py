"""What another service keeps of the calendar, once it mounts the kernel's slice and hears notify-svc."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from shenguan_chassis.service import Service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.notify import CalendarAmended, CalendarStatus
from shenguan_kernel import calendar_copy
from shenguan_kernel.calendar_copy.store import kept_years
from shenguan_kernel.calendar_copy.views import calendar_for
from shenguan_kernel.powers import POWERS
from shenguan_kernel.working_days import due, working_days

listener = Service(name="notify", title="任一服务", slices=(calendar_copy,), hears=("notify",), powers=POWERS)
DECEMBER = datetime(2026, 12, 4, 2, tzinfo=UTC)


def amended(*off: date) -> CalendarAmended:
    return CalendarAmended(
        calendar_year_id=UUID(int=2027),
        year=2027,
        status=CalendarStatus.OFFICIAL,
        basis="国办发明电〔2026〕9号",
        off=off,
        makeup=(),
        amended_at=DECEMBER,
    )


async def settled(open_house: OpenHouse) -> House:
    house = await open_house(listener)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it unannotated
    await house.runtime.pool.execute(str(CreateTable(kept_years).compile(dialect=dialect)))
    return house


async def last_day(house: House) -> date:
    async with house.runtime.reading(house.runtime.myself) as read:
        return due(DECEMBER, working_days(20), await calendar_for(read, DECEMBER, working_days(20))).due_on


async def test_a_service_counts_by_the_seed_until_it_is_told_and_then_by_the_last_edition(
    open_house: OpenHouse,
) -> None:
    house = await settled(open_house)

    untold = await last_day(house)
    await house.hear(amended(date(2027, 1, 1), date(2027, 1, 4)), source="notify")
    told = await last_day(house)
    await house.hear(amended(date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 5)), source="notify")
    told_again = await last_day(house)

    assert [untold, told, told_again] == [date(2027, 1, 4), date(2027, 1, 5), date(2027, 1, 6)]


async def test_a_late_listener_begins_at_any_edition_because_each_carries_the_whole_year(open_house: OpenHouse) -> None:
    house = await settled(open_house)

    await house.bus.publish([house.record(amended(date(2027, 1, 1), date(2027, 1, 4)), "notify", number=7)])
    await house.settle()

    assert await last_day(house) == date(2027, 1, 5)
