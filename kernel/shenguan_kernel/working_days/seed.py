"""Which calendar is there before any operator loads one? The announced years the chinesecalendar library carries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.metadata import version

from chinese_calendar.constants import holidays, workdays

from shenguan_contracts.notify import CalendarStatus
from shenguan_kernel.working_days.calendar import Calendar
from shenguan_kernel.working_days.calendar_year import CalendarYear


@cache
def seed_years() -> tuple[CalendarYear, ...]:
    """One official year per announcement (2004 on), ascending, each in version 1."""
    basis = f"chinesecalendar {version('chinesecalendar')}（国务院办公厅历年放假通知）"
    years = sorted({day.year for day in holidays})
    return tuple(
        CalendarYear(year, _of_year(year, holidays), _of_year(year, workdays), CalendarStatus.OFFICIAL, basis)
        for year in years
    )


@cache
def seed_calendar() -> Calendar:
    """The seed, continued by prediction: what a service counts by until CalendarAmended tells it better."""
    return Calendar.of(seed_years())


def _of_year(year: int, days: Iterable[date]) -> frozenset[date]:
    return frozenset(day for day in days if day.year == year)
