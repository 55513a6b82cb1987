"""A service's own copy of the calendar, as notify-svc last told it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from shenguan_contracts.notify import CalendarAmended, CalendarStatus
from shenguan_kernel.calendar_copy.rules import KeptYear, calendar_from, year_before_told, years_touched
from shenguan_kernel.working_days import OutsideCalendar, due, working_days

DECEMBER = datetime(2026, 12, 4, 2, tzinfo=UTC)


def told(off: tuple[date, ...], version: int = 2) -> KeptYear:
    said = CalendarAmended(
        calendar_year_id=UUID(int=2027),
        year=2027,
        status=CalendarStatus.OFFICIAL,
        basis="国办发明电〔2026〕9号",
        off=off,
        makeup=(),
        amended_at=DECEMBER,
    )
    return KeptYear.told_by(said, version)


def test_a_kept_year_is_the_year_that_was_told_with_its_edition() -> None:
    year = told((date(2027, 1, 4), date(2027, 1, 1))).as_year()

    assert year.off == {date(2027, 1, 1), date(2027, 1, 4)}
    assert (year.status, year.version) == (CalendarStatus.OFFICIAL, 2)


def test_a_limit_touches_the_next_year_too_and_a_long_one_more() -> None:
    assert list(years_touched(DECEMBER, working_days(20))) == [2026, 2027]
    assert list(years_touched(DECEMBER, working_days(450))) == [2026, 2027, 2028, 2029]


def test_the_last_year_anyone_can_compute_is_the_last_one_asked_for() -> None:
    assert list(years_touched(datetime(2050, 12, 30, tzinfo=UTC), working_days(20))) == [2050]


@pytest.mark.parametrize("year", [1999, 2090])
def test_a_receipt_outside_every_calendar_is_refused(year: int) -> None:
    with pytest.raises(OutsideCalendar):
        years_touched(datetime(year, 6, 1, tzinfo=UTC), working_days(1))


def test_a_year_nobody_told_yet_is_the_seeds_or_predicted_and_has_no_edition() -> None:
    assert (year_before_told(2026).status, year_before_told(2026).version) == (CalendarStatus.OFFICIAL, 0)
    assert (year_before_told(2031).status, year_before_told(2031).version) == (CalendarStatus.PROVISIONAL, 0)


def test_without_having_heard_anything_a_service_counts_by_the_seed() -> None:
    ends = due(DECEMBER, working_days(20), calendar_from([(2026, None), (2027, None)]))

    assert ends.due_on == date(2027, 1, 4)
    assert ends.provisional


def test_once_a_year_is_told_it_decides() -> None:
    announced = told((date(2027, 1, 1), date(2027, 1, 4))).as_year()

    ends = due(DECEMBER, working_days(20), calendar_from([(2026, None), (2027, announced)]))

    assert ends.due_on == date(2027, 1, 5)
    assert not ends.provisional
