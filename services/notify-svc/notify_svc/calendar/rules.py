"""When does a year of the calendar change? A whole year in; a new edition out, or nothing if it says the same.

Every edition carries the whole year, the seed included, so that a late listener may begin at any of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.notify import CalendarAmended, CalendarStatus
from shenguan_kernel.calendar_copy.rules import KeptYear
from shenguan_kernel.working_days import CalendarYear


class CalendarUnchanged(Refusal, rule="ALL 82"):
    """该年度日历与现行版本完全相同，未产生新版本：请核对是否载入了正确的文件。"""


class AnnouncedYear(Refusal, rule="ALL 82", field="status"):
    """该年度放假安排已正式公布，不能改回推算：请载入正式公布的安排。"""


class WrongYear(Refusal, status=422, rule="ALL 82", field="year"):
    """文件中的年度与地址中的年度不一致：请核对后重新提交。"""


@dataclass(frozen=True, kw_only=True)
class PublishedYear:
    """年度工作日历: one year as it stands; `version` is its edition."""

    id: UUID
    version: int = 0
    year: int
    status: CalendarStatus
    basis: str
    off: tuple[date, ...]
    makeup: tuple[date, ...]
    amended_at: datetime

    @property
    def working_days(self) -> int:
        """How many working days it has."""
        return len(self.as_year().working_days())

    def as_year(self) -> CalendarYear:
        """The value that calendars are made of."""
        return self._year

    @cached_property  # every obligation that opens asks
    def _year(self) -> CalendarYear:
        off, makeup = frozenset(self.off), frozenset(self.makeup)
        return CalendarYear(self.year, off, makeup, self.status, self.basis, self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition(KeptYear):
    """One edition of a year, kept for good: a due date is explained by the calendar it was counted by."""


def publish(id_: UUID, year: CalendarYear, at: datetime) -> tuple[PublishedYear, CalendarAmended]:
    """公布: the first edition of a year."""
    published = PublishedYear(
        id=id_,
        year=year.year,
        status=year.status,
        basis=year.basis,
        off=tuple(sorted(year.off)),
        makeup=tuple(sorted(year.makeup)),
        amended_at=at,
    )
    return published, _said(published)


def amend(published: PublishedYear, year: CalendarYear, at: datetime) -> tuple[PublishedYear, CalendarAmended]:
    """调整: the year as announced now. An announced year never becomes a prediction again."""
    if published.status is CalendarStatus.OFFICIAL and year.status is CalendarStatus.PROVISIONAL:
        raise AnnouncedYear(year=year.year)
    amended = replace(
        published,
        status=year.status,
        basis=year.basis,
        off=tuple(sorted(year.off)),
        makeup=tuple(sorted(year.makeup)),
    )
    if amended == published:
        raise CalendarUnchanged(year=year.year, edition=published.version)
    amended = replace(amended, amended_at=at)
    return amended, _said(amended)


def _said(published: PublishedYear) -> CalendarAmended:
    return CalendarAmended(
        calendar_year_id=published.id,
        year=published.year,
        status=published.status,
        basis=published.basis,
        off=published.off,
        makeup=published.makeup,
        amended_at=published.amended_at,
    )


def edition_of(published: PublishedYear) -> Edition:
    """The edition that a year stands in now, to be kept."""
    return Edition(
        year=published.year,
        version=published.version,
        status=published.status,
        basis=published.basis,
        off=published.off,
        makeup=published.makeup,
    )
