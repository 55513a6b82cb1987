"""What does a limit consist of? Its length and unit, the office's hours, and what suspends it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final, Self


class Unit(StrEnum):
    """工作日 or 自然日."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"


@dataclass(frozen=True, slots=True)
class Limit:
    """期限: at least one day of a unit."""

    days: int
    unit: Unit

    def __post_init__(self) -> None:
        """A limit of no days would be due before it began."""
        if self.days < 1:
            raise ValueError("a limit has at least one day")


def working_days(days: int) -> Limit:
    """`working_days(20)`: limits on an agency (行政许可法 art. 82)."""
    return Limit(days, Unit.WORKING_DAY)


def calendar_days(days: int) -> Limit:
    """`calendar_days(90)`: limits the law does not call working days (行政处罚法 art. 85)."""
    return Limit(days, Unit.CALENDAR_DAY)


class AfterHours(StrEnum):
    """What a receipt after closing time on a working day counts as."""

    SAME_DAY = "same_day"
    NEXT_WORKING_DAY = "next_working_day"


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """受理时间政策: under SAME_DAY, the strict default, the last day ends at 24:00, else at `closes_at` in Shanghai.

    A receipt on a day off counts on that day under both (电子签名法 art. 11).
    """

    after_hours: AfterHours = AfterHours.SAME_DAY
    closes_at: time = time(17)

    @classmethod
    def closing(cls, after_hours: str, minute: int) -> Self:
        """By the code of the policy and minutes after midnight; 1020 is 17:00."""
        return cls(AfterHours(after_hours), time(*divmod(minute, 60)))

    @property
    def closes_minute(self) -> int:
        """Closing time in minutes after midnight."""
        return self.closes_at.hour * 60 + self.closes_at.minute


STRICT: Final = OfficeHours()


@dataclass(frozen=True, slots=True)
class Suspension:
    """中止: days that do not count, the first and the last of them included (行政许可法 art. 45)."""

    first_on: date
    last_on: date

    def __post_init__(self) -> None:
        """A suspension that ends before it begins is a slip of the caller."""
        if self.last_on < self.first_on:
            raise ValueError("a suspension ends on or after its first day")

    def __contains__(self, day: date) -> bool:
        """Does the clock stand still on `day`?"""
        return self.first_on <= day <= self.last_on


def merged(suspensions: Iterable[Suspension]) -> list[Suspension]:
    """The same days as ascending spans that neither overlap nor touch."""
    spans: list[Suspension] = []
    for each in sorted(suspensions, key=lambda span: span.first_on):
        if spans and each.first_on <= spans[-1].last_on + timedelta(days=1):
            spans[-1] = Suspension(spans[-1].first_on, max(spans[-1].last_on, each.last_on))
        else:
            spans.append(each)
    return spans
