"""Which calendar counts now, which did then, and when is something due? For doors and for other slices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from pydantic import Field
from sqlalchemy import select

from shenguan_chassis.deciding import public
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Read
from shenguan_contracts.notify import CalendarStatus
from shenguan_contracts.types import LegalDay
from shenguan_kernel.calendar_copy import rules as kept
from shenguan_kernel.working_days import (
    Calendar,
    Due,
    FixedEnd,
    Limit,
    NoticeEnd,
    OfficeHours,
    OutsideCalendar,
    due,
    legal_day,
    working_days,
)
from shenguan_kernel.working_days.festivals import FIRST_YEAR, LAST_YEAR

from ..hours.views import hours_now
from .rules import Edition, PublishedYear
from .store import calendar_years, year_id

A = TypeVar("A")


class Finds(Protocol):
    """A `Tx` or a `Read`: whoever can look up a row by its key."""

    async def find(self, kind: type[A], *key: Any) -> A | None:
        """The row, or None."""


class YearView(Shown):
    """One year, as everyone counts by it."""

    year: int = Field(description="Which year.")
    version: int = Field(description="Its edition; 0: nothing was entered yet, so it is computed.")
    status: CalendarStatus = Field(description="Announced, or computed and provisional.")
    basis: str = Field(description="The announcement or rule it rests on.")
    off: tuple[date, ...] = Field(description="Weekdays off.")
    makeup: tuple[date, ...] = Field(description="Saturdays and Sundays worked.")
    amended_at: datetime | None = Field(default=None, description="When this edition was entered.")
    working_days: int = Field(description="How many working days the year has.")


class DayView(Shown):
    """One day of an explanation."""

    date: LegalDay = Field(description="The day, in Shanghai.")
    counted: bool = Field(description="Whether it used up the limit.")
    number: int | None = Field(description="Its number, if it counted.")
    reason: str = Field(description="Stable code of the reason.")
    text: str = Field(description="The reason in Chinese.")
    provisional: bool = Field(description="Whether its year is not announced yet.")


class DueView(Shown):
    """When something is due, and why then."""

    due_on: date = Field(description="Last day.")
    due_at: datetime = Field(description="The instant that ends it; an act at it is still in time.")
    provisional: bool = Field(description="True if an announcement may still move it.")
    sentence: str = Field(description="The count in one Chinese sentence.")
    calendar: tuple[str, ...] = Field(description="Year#edition of each year counted by.")
    explanation: tuple[DayView, ...] = Field(description="Each calendar day, counted or skipped, and why.")


def years_wanted(since_at: datetime, limit: Limit) -> list[tuple[type[Any], Any]]:
    """The rows that `calendar_now` will ask for, to be read at once for many events; none where it will refuse."""
    try:
        return [(PublishedYear, year_id(year)) for year in kept.years_touched(since_at, limit)]
    except OutsideCalendar:
        return []


async def calendar_now(reader: Finds, since_at: datetime, limit: Limit) -> Calendar:
    """The calendar as it stands, for a limit that begins at `since_at`. Raises OutsideCalendar."""
    years = kept.years_touched(since_at, limit)
    rows = [(year, await reader.find(PublishedYear, year_id(year))) for year in years]
    return kept.calendar_from((year, row.as_year() if row else None) for year, row in rows)


def editions(calendar: Calendar, since_at: datetime, due_on: date) -> tuple[str, ...]:
    """The editions that decided about a limit: `2026#1` for each year it touches."""
    return _editions(calendar, legal_day(since_at).year, due_on.year)


@lru_cache(maxsize=1_024)  # every obligation that opens asks
def _editions(calendar: Calendar, first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{year}#{calendar.year_of(date(year, 1, 1)).version}" for year in range(first, last + 1))


async def calendar_then(reader: Finds, named: Sequence[str]) -> Calendar:
    """The calendar of the named editions."""
    pairs = [tuple(map(int, name.split("#"))) for name in named]
    rows = [(year, await reader.find(Edition, year, version)) for year, version in pairs]
    return kept.calendar_from((year, row.as_year() if row else None) for year, row in rows)


async def is_announced(reader: Finds, year: int) -> bool:
    """Does an announcement stand behind the year, or only a prediction?"""
    published = await reader.find(PublishedYear, year_id(year))
    status = published.status if published else kept.year_before_told(year).status
    return status is CalendarStatus.OFFICIAL


async def editions_now(read: Read) -> dict[int, int]:
    """The newest edition of each year that was published."""
    rows = await read.rows(select(calendar_years.c.year, calendar_years.c.version))
    return {row["year"]: row["version"] for row in rows}


async def whole_calendar(read: Read) -> Calendar:
    """Every year as it stands now."""
    rows = await read.rows(select(calendar_years).order_by(calendar_years.c.year))
    published = [read.load(PublishedYear, row) for row in rows]
    return kept.calendar_from((year.year, year.as_year()) for year in published)


@public
async def year_shown(read: Read, year: int) -> YearView:
    """One year; what nobody entered yet is computed and says so."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutsideCalendar(year=year)
    published = await read.find(PublishedYear, year_id(year))
    if published is not None:
        return YearView.model_validate(published)
    computed = kept.year_before_told(year)
    return YearView(
        year=year,
        version=computed.version,
        status=computed.status,
        basis=computed.basis,
        off=tuple(sorted(computed.off)),
        makeup=tuple(sorted(computed.makeup)),
        working_days=len(computed.working_days()),
    )


@public
async def due_shown(read: Read, received_at: datetime, days: int, office: OfficeHours | str) -> DueView:
    """When `days` working days from a receipt are over, by given hours or by those of an office."""
    limit = working_days(days)
    calendar = await calendar_now(read, received_at, limit)
    ends = due(received_at, limit, calendar, await hours_now(read, office) if isinstance(office, str) else office)
    return explained(ends, editions(calendar, received_at, ends.due_on))


def explained(ends: Due | FixedEnd | NoticeEnd, calendar: tuple[str, ...]) -> DueView:
    """A due date with its reasons."""
    return DueView(
        due_on=ends.due_on,
        due_at=ends.due_at,
        provisional=ends.provisional,
        sentence=ends.sentence(),
        calendar=calendar,
        explanation=tuple(
            DayView(
                date=day.day,
                counted=day.counted,
                number=day.number,
                reason=day.reason,
                text=day.text_zh,
                provisional=day.provisional,
            )
            for day in ends.explanation
        ),
    )
