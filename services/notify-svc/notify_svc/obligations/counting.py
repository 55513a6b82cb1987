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


def calendar_start(count: Count) -> datetime:
    """From which instant on a calendar must be known."""
    if count.length.measure is Measure.WORKING_DAY or count.ends_at is None:
        return count.since_at
    return count.ends_at - timedelta(days=60) if count.length.measure is Measure.CLEAR_DAYS else count.ends_at


def reach(count: Count, climb: int) -> Limit:
    """How far a calendar must reach for the end and the ladder after it: pauses may be longer than the limit."""
    paused = sum([((pause.until_on or pause.since_on) - pause.since_on).days + 1 for pause in count.pauses])
    counted = count.days if count.length.measure is Measure.WORKING_DAY else 60
    return working_days(max(1, counted + paused + climb))


def end_of_count(count: Count, calendar: Calendar) -> End:
    """The end by a calendar; raises OutsideCalendar. While a pause is open it is counted as if it ended on its day."""
    at = count.ends_at
    if count.length.measure is Measure.WORKING_DAY or at is None:
        pauses = [Suspension(pause.since_on, pause.until_on or pause.since_on) for pause in count.pauses]
        return due(count.since_at, working_days(count.days), calendar, count.hours, pauses)
    if count.length.measure is Measure.INSTANT:
        return FixedEnd(at)
    return NoticeEnd(at, count.days, calendar)


def warning_of(end: End, warn: int, since_at: datetime, calendar: Calendar) -> datetime | None:
    """When the yellow card is shown: as the last day begins, or `warn` working days earlier; None: it began later."""
    at = _begins(end.due_on, warn, calendar)
    return at if at > since_at else None


@lru_cache(maxsize=4_096)  # every obligation that opens asks, and those of one day end together
def _begins(due_on: date, warn: int, calendar: Calendar) -> datetime:
    return end_of((calendar.nth_before(due_on, warn) if warn else due_on) - _DAY)


def years_of(count: Count, end: End) -> tuple[datetime, date]:
    """Between which days the calendar decided about the end."""
    if isinstance(end, NoticeEnd):
        return end.due_at, end.event_on
    if isinstance(end, FixedEnd):
        return end.due_at, legal_day(end.due_at)
    return count.since_at, end.due_on
