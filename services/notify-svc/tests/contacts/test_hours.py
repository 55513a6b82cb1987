"""When may a person be reminded? Not in quiet hours, and once a day if the person wants that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notify_svc.contacts.hours import Habit
from shenguan_kernel.working_days import SHANGHAI

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(), timedelta(days=730)).map(lambda since: BEGIN + since)
MINUTES = st.integers(0, 1_439)
HABITS = st.builds(Habit, MINUTES, MINUTES, st.none() | MINUTES)
DAY = timedelta(days=1)


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def test_by_default_the_night_of_the_noise_law_is_quiet() -> None:
    habit = Habit()

    assert [habit.is_quiet(shanghai(2, hour)) for hour in (21, 22, 23, 0, 5, 6)] == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]


def test_what_comes_at_midnight_is_told_at_six() -> None:
    assert Habit().earliest(shanghai(3, 0)) == shanghai(3, 6)


def test_what_comes_late_in_the_evening_is_told_the_next_morning() -> None:
    assert Habit().earliest(shanghai(2, 23, 30)) == shanghai(3, 6)


def test_what_comes_by_day_is_told_at_once() -> None:
    assert Habit().earliest(shanghai(2, 14, 5)) == shanghai(2, 14, 5)


def test_what_is_urgent_waits_for_nothing() -> None:
    assert Habit(digest=510).earliest(shanghai(3, 0), urgent=True) == shanghai(3, 0)


def test_who_wants_a_digest_is_told_at_that_minute_and_no_other() -> None:
    assert Habit(digest=8 * 60 + 30).earliest(shanghai(2, 8, 31)) == shanghai(3, 8, 30)
    assert Habit(digest=8 * 60 + 30).earliest(shanghai(2, 8, 30)) == shanghai(2, 8, 30)


@given(MINUTES, INSTANTS)
def test_equal_bounds_are_never_quiet(minute: int, at: datetime) -> None:
    assert Habit(minute, minute).earliest(at) == at


@given(HABITS, INSTANTS)
def test_nobody_waits_a_day_or_is_told_before_it_happened(habit: Habit, at: datetime) -> None:
    assert timedelta() <= habit.earliest(at) - at < DAY


@given(HABITS, INSTANTS)
def test_whoever_did_not_choose_an_hour_is_never_told_in_quiet_hours(habit: Habit, at: datetime) -> None:
    if habit.digest is None:
        assert not habit.is_quiet(habit.earliest(at))


@given(HABITS, INSTANTS)
def test_the_hour_that_was_found_is_one_at_which_the_person_may_be_told(habit: Habit, at: datetime) -> None:
    found = habit.earliest(at)

    assert habit.earliest(found) == found


@given(HABITS, INSTANTS, st.timedeltas(timedelta(), DAY * 3))
def test_what_happens_later_is_never_told_earlier(habit: Habit, at: datetime, later: timedelta) -> None:
    assert habit.earliest(at) <= habit.earliest(at + later)
