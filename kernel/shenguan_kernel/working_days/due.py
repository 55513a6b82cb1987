"""When is it due? The instant that ends a limit, whether it may still move, and why every day did or did not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from shenguan_kernel.working_days.calendar import Calendar
from shenguan_kernel.working_days.counting import last_day
from shenguan_kernel.working_days.explanation import Counted, ExplainedDay, explain
from shenguan_kernel.working_days.legal_day import end_of, instant_of, shanghai_time
from shenguan_kernel.working_days.limits import STRICT, AfterHours, Limit, OfficeHours, Suspension
from shenguan_kernel.working_days.sentence import sentence


@dataclass(frozen=True, slots=True)
class Due:
    """届满: the last legal day, the UTC instant that ends it, and whether an unannounced year may still move it."""

    due_on: date
    due_at: datetime
    provisional: bool
    counted: Counted = field(repr=False)

    def is_met_by(self, at: datetime) -> bool:
        """Is an act at the instant `at` in time?"""
        return at <= self.due_at

    @property
    def explanation(self) -> tuple[ExplainedDay, ...]:
        """Every calendar day from receipt to the last one, counted or not, and why; computed when asked."""
        return explain(self.counted)

    def sentence(self) -> str:
        """The whole count in Chinese, for letters and screens."""
        return sentence(self.counted, self.explanation)


def due(
    received_at: datetime,
    limit: Limit,
    calendar: Calendar,
    hours: OfficeHours = STRICT,
    suspensions: Sequence[Suspension] = (),
) -> Due:
    """When a limit that `received_at` (an aware instant) set running is due.

    Raises ValueError for a time without zone and OutsideCalendar for days no calendar knows.
    """
    local = shanghai_time(received_at)
    start_on = _start_day(local, calendar, hours)
    return _ends(local.date(), start_on, limit, calendar, hours, tuple(suspensions))


@lru_cache(maxsize=8_192)  # what begins on one day and is as long ends at one instant: a day's receipts share it
def _ends(  # noqa: PLR0913, PLR0917 - each is a fact of the count
    received_on: date,
    start_on: date,
    limit: Limit,
    calendar: Calendar,
    hours: OfficeHours,
    suspensions: tuple[Suspension, ...],
) -> Due:
    due_on = last_day(start_on, limit, calendar, suspensions)
    rolls_over = hours.after_hours is AfterHours.NEXT_WORKING_DAY
    return Due(
        due_on=due_on,
        due_at=instant_of(due_on, hours.closes_at) if rolls_over else end_of(due_on),
        provisional=calendar.is_provisional(start_on, due_on),
        counted=Counted(received_on, start_on, due_on, limit, calendar, hours, suspensions),
    )


def _start_day(local: datetime, calendar: Calendar, hours: OfficeHours) -> date:
    day = local.date()
    if hours.after_hours is AfterHours.SAME_DAY or local.time() <= hours.closes_at or not calendar.is_working(day):
        return day
    return calendar.nth_after(day, 1)
