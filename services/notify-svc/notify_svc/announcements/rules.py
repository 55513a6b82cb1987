"""When is a year missed? From 1 November before it, as long as it is only predicted; then again and again.

The State Council announces a year's days off in the autumn before. Until the operator has loaded it, every end in it is
provisional, and a make-up day that nobody knows of can make somebody late without a warning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from shenguan_contracts.notify import CalendarMissing
from shenguan_kernel.working_days import legal_day

_NOVEMBER: Final = 11
_AGAIN_BEFORE: Final = timedelta(days=14)
_AGAIN_WITHIN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingYear:
    """放假安排提醒: one per year; `told_at` is when the operator was told last, and `version` how often."""

    id: UUID
    version: int = 0
    year: int
    obligations: int
    told_at: datetime


def wanted_years(today: date) -> tuple[int, ...]:
    """The years whose arrangement should be known: this one, and from 1 November the next."""
    return (today.year, today.year + 1) if today.month >= _NOVEMBER else (today.year,)


def is_due(known: MissingYear | None, year: int, at: datetime) -> bool:
    """Is the operator to be told (again)? Every second week before the year, every week within it."""
    if known is None:
        return True
    today = legal_day(at)
    again = _AGAIN_WITHIN if today.year >= year else _AGAIN_BEFORE
    return today - legal_day(known.told_at) >= again


def miss(known: MissingYear | None, key: UUID, year: int, obligations: int, at: datetime) -> Missed:
    """放假安排未载入: so many open obligations may still be moved by it."""
    said = CalendarMissing(calendar_notice_id=key, year=year, obligations=obligations, missing_at=at)
    fresh = MissingYear(id=key, year=year, obligations=obligations, told_at=at)
    return replace(fresh, version=known.version if known else 0), said


Missed = tuple[MissingYear, CalendarMissing]
