"""What would be due if something began? The supposition in, the count out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.duties import Duty

from ..duties.limits import AtInstant, ClearDaysBefore, EndOfDay, Length, Measure, Promptly, WorkingDaysFrom
from ..duties.words import DutyRow
from .counting import Count, Extension, Pause


class LimitNotGiven(Refusal, status=422, rule="R14", field="days"):
    """此项义务的期限由事项承诺或来文载明：请在 days 中填写工作日数。"""


class EndNotGiven(Refusal, status=422, rule="R34", field="ends_at"):
    """此项义务于指定的时间届满，或者自该时间起往前推算：请在 ends_at 中填写该时间。"""


class PauseBackwards(Refusal, status=422, rule="ALL 45", field="suspended_to"):
    """中止须同时填写起止日期，且止日不早于起日：请更正后重试。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """What is supposed: a duty that began at `since_at`, and what would stop or lengthen it."""

    duty: Duty
    since_at: datetime
    days: int | None = None
    ends_at: datetime | None = None
    suspended_from: date | None = None
    suspended_to: date | None = None
    extended_days: int = 0


def count_of(row: DutyRow, supposed: Supposed, days_set: int | None) -> Count:
    """The count; `days_set` is what the operator set. Raises LimitNotGiven, EndNotGiven, PauseBackwards."""
    extensions = [
        Extension(days=supposed.extended_days, until_at=None, ground="", extended_at=supposed.since_at)
        for _ in range(supposed.extended_days > 0)
    ]
    length = _length(row, supposed, days_set)
    return Count(since_at=supposed.since_at, length=length, pauses=_pauses(supposed), extensions=extensions)


def _length(row: DutyRow, supposed: Supposed, days_set: int | None) -> Length:
    match row.limit:
        case WorkingDaysFrom():
            if supposed.days is None:
                raise LimitNotGiven(duty=row.duty)
            return Length(Measure.WORKING_DAY, supposed.days)
        case AtInstant() | EndOfDay():
            return Length(Measure.INSTANT, at=_end(row, supposed))
        case ClearDaysBefore(_, days):
            return Length(Measure.CLEAR_DAYS, days, _end(row, supposed))
        case Promptly(days):
            return Length(Measure.WORKING_DAY, days_set or days)
        case fixed:
            return Length(Measure.WORKING_DAY, fixed.days)


def _end(row: DutyRow, supposed: Supposed) -> datetime:
    if supposed.ends_at is None:
        raise EndNotGiven(duty=row.duty)
    return supposed.ends_at


def _pauses(supposed: Supposed) -> tuple[Pause, ...]:
    first, last = supposed.suspended_from, supposed.suspended_to
    if first is None and last is None:
        return ()
    if first is None or last is None or last < first:
        raise PauseBackwards
    return (Pause(since_on=first, until_on=last, ground=""),)
