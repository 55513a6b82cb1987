"""期限: the vectors of the domain reference, and what holds of every count."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shenguan_kernel.working_days import (
    SHANGHAI,
    AfterHours,
    Limit,
    OfficeHours,
    OutsideCalendar,
    Suspension,
    calendar_days,
    due,
    seed_calendar,
    working_days,
)

CALENDAR = seed_calendar()
STRICT = OfficeHours()
ROLLOVER = OfficeHours(AfterHours.NEXT_WORKING_DAY)
EITHER = pytest.mark.parametrize("hours", [STRICT, ROLLOVER], ids=["same_day", "next_working_day"])

INSTANTS = st.datetimes(datetime(2005, 1, 1), datetime(2040, 12, 31), timezones=st.just(SHANGHAI))  # noqa: DTZ001 zoned
LIMITS = st.builds(working_days, st.integers(1, 60)) | st.builds(calendar_days, st.integers(1, 90))


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("received", "due_on"),
    [
        ("2024-10-11T10:00", "2024-10-12"),
        ("2024-02-09T10:00", "2024-02-18"),
        ("2024-09-14T10:00", "2024-09-18"),
        ("2025-01-27T10:00", "2025-02-05"),
        ("2025-01-29T10:00", "2025-02-05"),
        ("2025-12-31T10:00", "2026-01-04"),
        ("2026-02-14T10:00", "2026-02-24"),
        ("2026-02-17T10:00", "2026-02-24"),
        ("2026-09-24T10:00", "2026-09-28"),
        ("2026-12-31T10:00", "2027-01-04"),
    ],
)
@EITHER
def test_one_working_day_after_receipt_is_this_day(received: str, due_on: str, hours: OfficeHours) -> None:
    assert due(beijing(received), working_days(1), CALENDAR, hours).due_on == date.fromisoformat(due_on)


@pytest.mark.parametrize(
    ("received", "same_day", "next_working_day"),
    [
        ("2025-09-30T20:00", "2025-10-09", "2025-10-10"),
        ("2026-05-08T17:30", "2026-05-09", "2026-05-11"),
        ("2026-05-08T17:00", "2026-05-09", "2026-05-09"),
        ("2025-01-29T20:00", "2025-02-05", "2025-02-05"),
    ],
)
def test_a_receipt_after_hours_rolls_over_only_where_the_policy_says_so(
    received: str, same_day: str, next_working_day: str
) -> None:
    strict = due(beijing(received), working_days(1), CALENDAR, STRICT)
    rolled = due(beijing(received), working_days(1), CALENDAR, ROLLOVER)

    assert strict.due_on == date.fromisoformat(same_day)
    assert rolled.due_on == date.fromisoformat(next_working_day)


@pytest.mark.parametrize(
    ("accepted", "days", "due_on"),
    [
        ("2026-02-02", 5, "2026-02-09"),
        ("2026-02-02", 10, "2026-02-14"),
        ("2026-02-02", 20, "2026-03-06"),
        ("2026-02-02", 30, "2026-03-20"),
        ("2026-02-02", 45, "2026-04-13"),
        ("2025-01-20", 20, "2025-02-21"),
        ("2025-09-15", 20, "2025-10-17"),
        ("2026-02-06", 5, "2026-02-13"),
        ("2026-02-06", 20, "2026-03-12"),
    ],
)
@EITHER
def test_the_limits_of_the_licensing_law_end_on_these_days(
    accepted: str, days: int, due_on: str, hours: OfficeHours
) -> None:
    assert due(beijing(f"{accepted}T09:00"), working_days(days), CALENDAR, hours).due_on == date.fromisoformat(due_on)


@EITHER
def test_an_expert_review_stops_the_clock_on_its_first_and_its_last_day(hours: OfficeHours) -> None:
    review = Suspension(date(2026, 2, 10), date(2026, 2, 27))

    found = due(beijing("2026-02-02T09:00"), working_days(20), CALENDAR, hours, [review])

    assert found.due_on == date(2026, 3, 19)


def test_overlapping_suspensions_count_once() -> None:
    whole = [Suspension(date(2026, 2, 10), date(2026, 2, 27))]
    parts = [Suspension(date(2026, 2, 12), date(2026, 2, 27)), Suspension(date(2026, 2, 10), date(2026, 2, 13))]

    nested = [*whole, Suspension(date(2026, 2, 12), date(2026, 2, 13))]

    ends = {
        due(beijing("2026-02-02T09:00"), working_days(20), CALENDAR, STRICT, spans).due_on
        for spans in (whole, parts, nested)
    }

    assert ends == {date(2026, 3, 19)}


def test_the_legal_day_is_the_day_in_shanghai_wherever_the_instant_was_written() -> None:
    received = datetime(2026, 2, 13, 16, 30, tzinfo=UTC)

    assert due(received, working_days(1), CALENDAR).due_on == date(2026, 2, 24)


def test_the_last_day_ends_at_midnight_in_shanghai() -> None:
    found = due(beijing("2026-03-02T09:00"), working_days(1), CALENDAR)

    assert found.due_at == datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert found.is_met_by(beijing("2026-03-03T23:59:59"))
    assert not found.is_met_by(beijing("2026-03-04T00:00:01"))


def test_under_rollover_the_last_day_ends_at_close_of_business() -> None:
    hours = OfficeHours(AfterHours.NEXT_WORKING_DAY, closes_at=time(16, 30))

    assert due(beijing("2026-03-02T09:00"), working_days(1), CALENDAR, hours).due_at == beijing("2026-03-03T16:30")


def test_a_count_into_an_unannounced_year_is_provisional() -> None:
    assert due(beijing("2026-12-04T09:00"), working_days(20), CALENDAR).provisional
    assert not due(beijing("2026-11-23T09:00"), working_days(20), CALENDAR).provisional


def test_calendar_days_run_through_holidays_but_do_not_end_on_one() -> None:
    ends_in_holiday = due(beijing("2026-09-01T09:00"), calendar_days(30), CALENDAR)
    ends_on_working_day = due(beijing("2026-09-01T09:00"), calendar_days(29), CALENDAR)

    assert ends_in_holiday.due_on == date(2026, 10, 8)
    assert ends_on_working_day.due_on == date(2026, 9, 30)


def test_calendar_days_stand_still_in_a_suspension_even_where_the_end_was_moved_to() -> None:
    weekend_then_pause = Suspension(date(2026, 10, 8), date(2026, 10, 9))

    found = due(beijing("2026-09-01T09:00"), calendar_days(30), CALENDAR, STRICT, [weekend_then_pause])

    assert found.due_on == date(2026, 10, 10)


@pytest.mark.parametrize("received", ["1999-01-01T09:00", "2051-01-01T09:00", "9999-12-31T09:00"])
@pytest.mark.parametrize("limit", [working_days(1), calendar_days(1)])
def test_a_day_that_no_calendar_knows_is_refused_not_guessed(received: str, limit: Limit) -> None:
    with pytest.raises(OutsideCalendar):
        due(beijing(received), limit, CALENDAR)


def test_a_time_without_zone_is_not_a_receipt() -> None:
    with pytest.raises(ValueError, match="zone"):
        due(datetime(2026, 3, 2, 9), working_days(1), CALENDAR)  # noqa: DTZ001 that is the point


def test_a_limit_has_at_least_one_day() -> None:
    with pytest.raises(ValueError, match="one day"):
        working_days(0)


@given(INSTANTS, LIMITS, st.sampled_from([STRICT, ROLLOVER]))
def test_every_limit_ends_on_a_working_day_after_the_receipt_day(
    received: datetime, limit: Limit, hours: OfficeHours
) -> None:
    found = due(received, limit, CALENDAR, hours)

    assert CALENDAR.is_working(found.due_on)
    assert found.due_on > received.date()


@given(INSTANTS, st.timedeltas(timedelta(), timedelta(days=40)), LIMITS)
def test_who_received_later_is_not_due_earlier(received: datetime, later: timedelta, limit: Limit) -> None:
    first, second = due(received, limit, CALENDAR), due(received + later, limit, CALENDAR)

    assert first.due_at <= second.due_at


@given(INSTANTS, st.integers(1, 40))
def test_exactly_n_working_days_lie_behind_the_receipt_day(received: datetime, n: int) -> None:
    found = due(received, working_days(n), CALENDAR)

    passed = [received.date() + timedelta(days=d + 1) for d in range((found.due_on - received.date()).days)]
    assert sum(CALENDAR.is_working(day) for day in passed) == n
