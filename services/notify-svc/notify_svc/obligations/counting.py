"""When does an obligation end? Its facts and a calendar in; the last day, the instant and every reason out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from shenguan_kernel.working_days import (
    Calendar,
    Due,
    FixedEnd,
    Limit,
    NoticeEnd,
    OfficeHours,
    Suspension,
    due,
    end_of,
    legal_day,
    working_days,
)
from shenguan_kernel.working_days.limits import STRICT

from ..duties.limits import Length, Measure

End = Due | FixedEnd | NoticeEnd

_DAY: Final = timedelta(days=1)
_ROOM: Final = 14
"""Days: the longest holidays, with the weekends beside them, that may lie between a reminder and an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """中止: the clock stood still from `since_on` to `until_on`, both excluded; None: it stands still now."""

    since_on: date
    until_on: date | None
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """延长: so many further working days, or another last instant, and by what."""

    days: int
    until_at: datetime | None
    ground: str
    extended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What an end is counted from."""

    since_at: datetime
    length: Length
    hours: OfficeHours = STRICT
    pauses: Sequence[Pause] = ()
    extensions: Sequence[Extension] = ()

    @property
    def days(self) -> int:
        """Working days with every extension."""
        return self.length.days + sum([extension.days for extension in self.extensions])

    @property
    def ends_at(self) -> datetime | None:
        """The instant named last, where one is."""
        named = [extension.until_at for extension in self.extensions if extension.until_at is not None]
        return named[-1] if named else self.length.at


def calendar_start(count: Count, foresight: int = 0) -> datetime:
    """From which instant on a calendar must be known, so many working days before the end included."""
    return _begun(count) - timedelta(days=_ROOM + 2 * foresight if foresight else 0)


def _begun(count: Count) -> datetime:
    if count.length.measure is Measure.WORKING_DAY or count.ends_at is None:
        return count.since_at
    return count.ends_at - timedelta(days=60) if count.length.measure is Measure.CLEAR_DAYS else count.ends_at


def reach(count: Count, climb: int, foresight: int = 0) -> Limit:
    """How far a calendar must reach for the end and the ladder after it: pauses may be longer than the limit."""
    paused = sum([((pause.until_on or pause.since_on) - pause.since_on).days + 1 for pause in count.pauses])
    counted = count.days if count.length.measure is Measure.WORKING_DAY else 60
    return working_days(max(1, counted + paused + climb + (_ROOM + 2 * foresight if foresight else 0)))


def end_of_count(count: Count, calendar: Calendar) -> End:
    """The end by a calendar; raises OutsideCalendar. While a pause is open it is counted as if it ended on its day."""
    at = count.ends_at
    if count.length.measure is Measure.WORKING_DAY or at is None:
        pauses = [Suspension(pause.since_on, pause.until_on or pause.since_on) for pause in count.pauses]
        return due(count.since_at, working_days(count.days), calendar, count.hours, pauses)
    if count.length.measure is Measure.INSTANT:
        return FixedEnd(at)
    return NoticeEnd(at, count.days, calendar)


def next_reminder(due_on: date, points: tuple[int, ...], after: datetime, calendar: Calendar) -> datetime | None:
    """提醒时点: the first after an instant of those that lie so many working days before a day; None: none is left."""
    return next((at for at in _reminders(due_on, points, calendar) if at > after), None)


@lru_cache(maxsize=4_096)  # every obligation that opens asks, and those of one day end together
def _reminders(due_on: date, points: tuple[int, ...], calendar: Calendar) -> tuple[datetime, ...]:
    """As each of the days begins, in their order."""
    days = [calendar.nth_before(due_on, point) if point else due_on for point in points]
    return tuple(sorted([end_of(day - _DAY) for day in days]))


def years_of(count: Count, end: End) -> tuple[datetime, date]:
    """Between which days the calendar decided about the end."""
    if isinstance(end, NoticeEnd):
        return end.due_at, end.event_on
    if isinstance(end, FixedEnd):
        return end.due_at, legal_day(end.due_at)
    return count.since_at, end.due_on
