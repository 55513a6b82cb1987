"""工作日日历: the seed agrees with its source, the prediction says what it is, an amendment replaces one year."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from shenguan_contracts.notify import CalendarStatus
from shenguan_kernel.working_days import (
    Calendar,
    CalendarYear,
    OutsideCalendar,
    last_notice_day,
    predicted_year,
    seed_calendar,
    seed_years,
)
from shenguan_kernel.working_days.festivals import LAST_YEAR, holiday_name, statutory_holidays

CALENDAR = seed_calendar()
WORKING_DAYS = {2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", range(2004, 2027))
def test_the_seed_agrees_with_its_source_on_every_day(year: int) -> None:
    assert [day for day in days_of(year) if CALENDAR.is_working(day)] == [
        day for day in days_of(year) if chinese_calendar.is_workday(day)
    ]


@pytest.mark.parametrize(("year", "count"), WORKING_DAYS.items())
def test_an_announced_year_has_the_working_days_counted_by_hand(year: int, count: int) -> None:
    assert CALENDAR.working_days_within(date(year, 1, 1), date(year, 12, 31)) == count


def test_the_make_up_days_of_2026_are_the_announced_ones() -> None:
    announced = {"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"}

    assert {f"{day:%m-%d}" for day in CALENDAR.year_of(date(2026, 1, 1)).makeup} == announced


def test_the_seed_is_official_and_what_follows_is_provisional() -> None:
    assert {year.status for year in seed_years()} == {CalendarStatus.OFFICIAL}
    assert CALENDAR.is_provisional(date(2026, 12, 31), date(2027, 1, 1))
    assert not CALENDAR.is_provisional(date(2004, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_statutory_holiday_was_off_in_the_years_since_the_rule(year: int) -> None:
    assert len(statutory_holidays(year)) == 13
    assert not any(chinese_calendar.is_workday(day) for day in statutory_holidays(year))


@pytest.mark.parametrize("year", range(2009, 2027))
def test_the_festival_table_agrees_with_every_announcement(year: int) -> None:
    names = {"春节": "Spring Festival", "清明节": "Tomb-sweeping Day", "端午节": "Dragon Boat Festival"}

    for day, name in statutory_holidays(year).items():
        if name in names and day.weekday() < 5 and chinese_calendar.is_holiday(day):
            assert chinese_calendar.get_holiday_detail(day) == (True, names[name])


def test_2027_is_predicted_with_nineteen_days_and_no_make_up_day() -> None:
    year = predicted_year(2027)

    lawful = [day for day in statutory_holidays(2027) if day.weekday() < 5]
    in_lieu = sorted(year.off - set(lawful))
    assert [f"{day:%m-%d}" for day in in_lieu] == ["02-09", "02-10", "05-03", "05-04", "10-04", "10-05"]
    assert (year.status, year.makeup) == (CalendarStatus.PROVISIONAL, frozenset())


def test_every_year_up_to_the_end_of_the_table_can_be_predicted() -> None:
    assert all(len(predicted_year(year).off) >= 12 for year in range(2027, LAST_YEAR + 1))
    with pytest.raises(KeyError):
        predicted_year(LAST_YEAR + 1)


def test_an_announcement_replaces_the_prediction_of_its_year_alone() -> None:
    announced = CalendarYear(
        2027,
        frozenset({date(2027, 1, 1)}),
        frozenset({date(2027, 1, 2)}),
        CalendarStatus.OFFICIAL,
        "国办通知",
        version=2,
    )

    amended = CALENDAR.amended(announced)

    assert amended.nth_after(date(2026, 12, 31), 1) == date(2027, 1, 2)
    assert not amended.is_provisional(date(2027, 1, 1), date(2027, 12, 31))
    assert amended.is_provisional(date(2027, 12, 31), date(2028, 1, 1))
    assert CALENDAR.nth_after(date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_one_arrangement_is_one_value_however_it_was_listed() -> None:
    friday, saturday = date(2027, 1, 1), date(2027, 1, 2)

    listed = [
        CalendarYear(2027, frozenset(off), frozenset(), CalendarStatus.OFFICIAL, "国办通知")
        for off in ({friday}, {friday, saturday})
    ]

    assert listed[0] == listed[1]


def test_working_days_are_found_forth_and_back() -> None:
    assert CALENDAR.nth_after(date(2026, 2, 14), 1) == date(2026, 2, 24)
    assert CALENDAR.nth_before(date(2026, 2, 24), 1) == date(2026, 2, 14)


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2051, 1, 1)])
def test_days_outside_the_calendar_are_refused(day: date) -> None:
    calendar = Calendar.of(seed_years())

    with pytest.raises(OutsideCalendar):
        calendar.is_working(day)
    with pytest.raises(OutsideCalendar):
        calendar.nth_after(day, 1)
    with pytest.raises(OutsideCalendar):
        calendar.nth_before(day, 1)


def test_a_hearing_is_notified_seven_clear_working_days_before() -> None:
    assert last_notice_day(date(2026, 4, 3), 7, CALENDAR) == date(2026, 3, 24)
    assert CALENDAR.working_days_within(date(2026, 3, 25), date(2026, 4, 2)) == 7


def test_a_day_off_is_named_after_its_festival() -> None:
    assert holiday_name(date(2026, 2, 23)) == "春节"
    assert holiday_name(date(2018, 12, 31)) == "元旦"
    assert holiday_name(date(2015, 9, 3)) == "节假日"
