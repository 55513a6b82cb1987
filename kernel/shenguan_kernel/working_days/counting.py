"""On which day does a limit end? Day arithmetic alone: no clock time, no words.

The start day does not count (民法典 art. 201), nor do suspended days (行政许可法 art. 45); a limit of calendar days
that ends on a day off moves to the next working day (民法典 art. 203).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from shenguan_kernel.working_days.calendar import Calendar, OutsideCalendar
from shenguan_kernel.working_days.limits import Limit, Suspension, Unit, merged

_DAY: Final = timedelta(days=1)


def last_day(start_on: date, limit: Limit, calendar: Calendar, suspensions: Sequence[Suspension] = ()) -> date:
    """The day on which `limit`, begun on `start_on`, ends. Raises OutsideCalendar."""
    if limit.unit is Unit.CALENDAR_DAY:
        return _last_calendar_day(start_on, limit.days, calendar, suspensions)
    if not suspensions:
        return calendar.nth_after(start_on, limit.days)
    return _last_working_day(start_on, limit.days, calendar, suspensions)


def _last_working_day(start_on: date, days: int, calendar: Calendar, suspensions: Sequence[Suspension]) -> date:
    last = calendar.nth_after(start_on, days)
    for span in merged(suspensions):
        if span.first_on > last:
            break
        days += calendar.working_days_within(max(span.first_on, start_on + _DAY), span.last_on)
        last = calendar.nth_after(start_on, days)
    return last


def _last_calendar_day(start_on: date, days: int, calendar: Calendar, suspensions: Sequence[Suspension]) -> date:
    last = _later(start_on, days)
    for span in merged(suspensions):
        if span.first_on > last:
            break
        last += _DAY * max(0, (span.last_on - max(span.first_on, start_on + _DAY)).days + 1)
    while not calendar.is_working(last) or any(last in span for span in suspensions):
        last += _DAY
    return last


def _later(day: date, days: int) -> date:
    try:
        return day + _DAY * days
    except OverflowError:
        raise OutsideCalendar(day=day, calendar_days=days) from None
