"""What does a service keep of the calendar, and which years does a limit touch? Rows in, a calendar out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from shenguan_contracts.notify import CalendarAmended, CalendarStatus
from shenguan_kernel.working_days import (
    Calendar,
    CalendarYear,
    Limit,
    OutsideCalendar,
    legal_day,
    predicted_year,
    seed_years,
)
from shenguan_kernel.working_days.festivals import FIRST_YEAR, LAST_YEAR

FEWEST_WORKING_DAYS: Final = 200
"""No year has fewer: so many days of a limit touch at most one further year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptYear:
    """One year as notify-svc last told it; `version` is the number of that event in the year's stream."""

    year: int
    version: int
    status: CalendarStatus
    basis: str
    off: tuple[date, ...]
    makeup: tuple[date, ...]

    @classmethod
    def told_by(cls, said: CalendarAmended, version: int) -> KeptYear:
        """The row of a CalendarAmended that is number `version` of its stream."""
        return cls(
            year=said.year,
            version=version,
            status=said.status,
            basis=said.basis,
            off=tuple(sorted(said.off)),
            makeup=tuple(sorted(said.makeup)),
        )

    def as_year(self) -> CalendarYear:
        """The value that calendars are made of."""
        return CalendarYear(
            self.year, frozenset(self.off), frozenset(self.makeup), self.status, self.basis, self.version
        )


def years_touched(since_at: datetime, limit: Limit) -> range:
    """The years that a limit begun at `since_at` can reach. Raises OutsideCalendar for a year that nobody can know."""
    first = legal_day(since_at).year
    if not FIRST_YEAR <= first <= LAST_YEAR:
        raise OutsideCalendar(day=legal_day(since_at))
    return range(first, min(first + limit.days // FEWEST_WORKING_DAYS + 1, LAST_YEAR) + 1)


def year_before_told(year: int) -> CalendarYear:
    """What the house counts by until notify-svc told the year: the seed, else the prediction; its version is 0."""
    seeded = {known.year: known for known in seed_years()}
    return replace(seeded.get(year) or predicted_year(year), version=0)


def calendar_from(told: Iterable[tuple[int, CalendarYear | None]]) -> Calendar:
    """The calendar of some years (at least one), each as it was told or, where it was not, as the house computes it."""
    return _calendar(tuple([known or year_before_told(year) for year, known in told]))


@lru_cache(maxsize=128)
def _calendar(years: tuple[CalendarYear, ...]) -> Calendar:
    """Made once per set of editions: its list of working days takes milliseconds."""
    return Calendar.of(years)
