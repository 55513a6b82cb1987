"""Which days are working days, over many years? One sorted list, so that any limit is one bisection."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.notify import CalendarStatus
from shenguan_kernel.working_days.calendar_year import CalendarYear
from shenguan_kernel.working_days.festivals import LAST_YEAR
from shenguan_kernel.working_days.prediction import predicted_year


class OutsideCalendar(Refusal, status=422, rule="ALL 82"):
    """日期超出工作日日历的范围，无法计算期限：请核对日期；日期无误的，请联系管理员载入该年度日历。"""


@dataclass(frozen=True)
class Calendar:
    """工作日日历: consecutive years, a value. Make it with `Calendar.of`; an amendment makes another."""

    years: tuple[CalendarYear, ...]

    @classmethod
    def of(cls, known: Iterable[CalendarYear]) -> Self:
        """The known years (at least one); each missing one up to 2050 is predicted and provisional."""
        by_year = {year.year: year for year in known}
        span = range(min(by_year), max(LAST_YEAR, *by_year) + 1)
        return cls(tuple(by_year.get(year) or predicted_year(year) for year in span))

    def amended(self, year: CalendarYear) -> Self:
        """The calendar with one year replaced (CalendarAmended)."""
        return self.of([*self.years, year])

    def is_working(self, day: date) -> bool:
        """Is `day` a working day? Raises OutsideCalendar."""
        return self.year_of(day).is_working(day)

    def year_of(self, day: date) -> CalendarYear:
        """The year that decides about `day`; raises OutsideCalendar."""
        place = day.year - self.years[0].year
        if not 0 <= place < len(self.years):
            raise OutsideCalendar(day=day)
        return self.years[place]

    def nth_after(self, day: date, n: int) -> date:
        """The nth working day after `day`, which itself never counts; n ≥ 1. Raises OutsideCalendar."""
        place = bisect_right(self._days, day) + n - 1
        if place >= len(self._days) or day < self._first:
            raise OutsideCalendar(day=day, working_days=n)
        return self._days[place]

    def nth_before(self, day: date, n: int) -> date:
        """The nth working day before `day`, which itself never counts; n ≥ 1. Raises OutsideCalendar."""
        place = bisect_left(self._days, day) - n
        if place < 0 or day > self._last:
            raise OutsideCalendar(day=day, working_days=-n)
        return self._days[place]

    def working_days_within(self, first: date, last: date) -> int:
        """How many working days lie in `first`…`last`, both included; 0 for an empty span."""
        return max(0, bisect_right(self._days, last) - bisect_left(self._days, first))

    def is_provisional(self, first: date, last: date) -> bool:
        """Does any day of `first`…`last` lie in a year that is not announced yet?"""
        return not self._provisional.isdisjoint(range(first.year, last.year + 1))

    def __hash__(self) -> int:
        """By its years, computed once: memos of due dates ask for it each time."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.years)

    @cached_property
    def _days(self) -> list[date]:
        return [day for year in self.years for day in year.working_days()]

    @cached_property
    def _first(self) -> date:
        return date(self.years[0].year, 1, 1)

    @cached_property
    def _last(self) -> date:
        return date(self.years[-1].year, 12, 31)

    @cached_property
    def _provisional(self) -> frozenset[int]:
        return frozenset(year.year for year in self.years if year.status is CalendarStatus.PROVISIONAL)
