"""Why is it due then? Every day from receipt to end: counted or skipped, for which reason, by which article."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from shenguan_contracts.notify import CalendarStatus
from shenguan_kernel.working_days.calendar import Calendar
from shenguan_kernel.working_days.calendar_year import CalendarYear, is_weekend
from shenguan_kernel.working_days.festivals import holiday_name
from shenguan_kernel.working_days.limits import Limit, OfficeHours, Suspension, Unit

_DAY: Final = timedelta(days=1)


class Reason(StrEnum):
    """Why a day counted or not."""

    AFTER_HOURS = "after_hours"
    START_DAY = "start_day"
    WORKING_DAY = "working_day"
    MAKE_UP_DAY = "make_up_day"
    WEEKEND = "weekend"
    DAY_OFF = "day_off"
    SUSPENDED = "suspended"
    CALENDAR_DAY = "calendar_day"
    END_MOVED = "end_moved"
    NOTICE_DAY = "notice_day"
    EVENT_DAY = "event_day"


_TEXTS: Final = {
    Reason.AFTER_HOURS: "下班后收到，视为下一工作日收到",
    Reason.START_DAY: "起算日，当日不计入（民法典第二百零一条）",
    Reason.WORKING_DAY: "工作日",
    Reason.MAKE_UP_DAY: "调休上班，计入",
    Reason.WEEKEND: "双休日，不计入（行政许可法第八十二条）",
    Reason.DAY_OFF: "{holiday}放假，不计入（行政许可法第八十二条）",
    Reason.SUSPENDED: "中止期间，不计入（行政许可法第四十五条）",
    Reason.CALENDAR_DAY: "自然日，计入",
    Reason.END_MOVED: "末日逢休息日，顺延（民法典第二百零三条）",
    Reason.NOTICE_DAY: "最迟的通知日，当日不计入",
    Reason.EVENT_DAY: "举行日，当日不计入",
}
COUNTED: Final = frozenset({Reason.WORKING_DAY, Reason.MAKE_UP_DAY, Reason.CALENDAR_DAY})
"""The reasons by which a day uses up a limit."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count was made of: the facts an explanation is computed from."""

    received_on: date
    start_on: date
    due_on: date
    limit: Limit
    calendar: Calendar = field(repr=False)
    hours: OfficeHours
    suspensions: tuple[Suspension, ...]


@dataclass(frozen=True, slots=True)
class ExplainedDay:
    """One calendar day: its `number` if it counted (1 is the first), why, and whether its year is only predicted."""

    day: date
    number: int | None
    reason: Reason
    text_zh: str
    provisional: bool

    @property
    def counted(self) -> bool:
        """Did the day use up the limit?"""
        return self.number is not None


def explain(counted: Counted) -> tuple[ExplainedDay, ...]:
    """Every day from receipt to the last, both included."""
    days: list[ExplainedDay] = []
    number = 0
    for offset in range((counted.due_on - counted.received_on).days + 1):
        day = counted.received_on + _DAY * offset
        year = counted.calendar.year_of(day)
        reason = _reason(counted, day, year, number)
        counts = reason in COUNTED
        number += counts
        text = text_of(reason, day)
        provisional = year.status is CalendarStatus.PROVISIONAL
        days.append(ExplainedDay(day, number if counts else None, reason, text, provisional))
    return tuple(days)


def _reason(counted: Counted, day: date, year: CalendarYear, number: int) -> Reason:
    if day == counted.start_on:
        return Reason.START_DAY
    if day == counted.received_on:
        return Reason.AFTER_HOURS
    if any(day in span for span in counted.suspensions):
        return Reason.SUSPENDED
    if counted.limit.unit is Unit.WORKING_DAY or day < counted.start_on:
        return kind_of(day, year)
    moved = number == counted.limit.days - 1 and day != counted.due_on
    return Reason.END_MOVED if moved else Reason.CALENDAR_DAY


def text_of(reason: Reason, day: date) -> str:
    """The reason in Chinese, with the festival where it is one's day off."""
    return _TEXTS[reason].format(holiday=holiday_name(day))


def kind_of(day: date, year: CalendarYear) -> Reason:
    """What the calendar makes of a day."""
    if day in year.makeup:
        return Reason.MAKE_UP_DAY
    if day in year.off:
        return Reason.DAY_OFF
    return Reason.WEEKEND if is_weekend(day) else Reason.WORKING_DAY
