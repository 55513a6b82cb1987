"""What will a year look like that nobody announced yet? The 2024 放假办法 applied, and marked provisional.

It gives the statutory days and, for those on a weekend, the days in lieu (补假), taken right after. It cannot know the
make-up working days: an announcement moves dates in both directions.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from shenguan_contracts.notify import CalendarStatus
from shenguan_kernel.working_days.calendar_year import CalendarYear, is_weekend
from shenguan_kernel.working_days.festivals import statutory_holidays

BASIS: Final = "依《全国年节及纪念日放假办法》（2024年修订）推算，待国务院办公厅公布后重算"

_DAY: Final = timedelta(days=1)


def predicted_year(year: int) -> CalendarYear:
    """The provisional year; KeyError for a year outside the festival table."""
    off = set(statutory_holidays(year))
    for holiday in sorted(off):
        if is_weekend(holiday):
            off.add(_next_free(holiday, off))
    return CalendarYear(year, frozenset(off), frozenset(), CalendarStatus.PROVISIONAL, BASIS)


def _next_free(day: date, off: set[date]) -> date:
    while day in off or is_weekend(day):
        day += _DAY
    return day
