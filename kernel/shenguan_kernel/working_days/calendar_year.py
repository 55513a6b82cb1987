"""Which days does one year give off, and who says so? A value: what a calendar is made of and an amendment carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from shenguan_contracts.notify import CalendarStatus

SATURDAY: Final = 5

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class CalendarYear:
    """一年的放假安排: weekdays off, make-up working days (调休上班), whether announced, its basis and edition."""

    year: int
    off: frozenset[date]
    makeup: frozenset[date]
    status: CalendarStatus
    basis: str
    version: int = 1

    def __post_init__(self) -> None:
        """Weekend days listed as off are dropped: they are off anyway, and one arrangement is one value."""
        object.__setattr__(self, "off", frozenset(day for day in self.off if not is_weekend(day)))

    def is_working(self, day: date) -> bool:
        """Is `day`, of this year, a working day? (行政许可法 art. 82)"""
        return day in self.makeup or (not is_weekend(day) and day not in self.off)

    def working_days(self) -> list[date]:
        """The year's working days, ascending."""
        first = date(self.year, 1, 1)
        length = date(self.year, 12, 31).timetuple().tm_yday
        return [day for day in (first + _DAY * n for n in range(length)) if self.is_working(day)]


def is_weekend(day: date) -> bool:
    """Saturday or Sunday, whatever the year made of it."""
    return day.weekday() >= SATURDAY
