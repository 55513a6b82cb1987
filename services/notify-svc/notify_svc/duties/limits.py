"""How long may a duty take? The kinds of limit that the law knows, and how each reads an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shenguan_contracts.event import Event
from shenguan_kernel.working_days import end_of


class Measure(StrEnum):
    """What a length is measured in."""

    WORKING_DAY = "working_day"
    """工作日, counted forward."""
    INSTANT = "instant"
    """定期: the end is named."""
    CLEAR_DAYS = "clear_days"
    """提前若干个工作日, counted back from an event."""


@dataclass(frozen=True, slots=True)
class Length:
    """期间: `days` of the measure; `at` is the instant that it ends at, or that it is counted back from."""

    measure: Measure
    days: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """So many working days, fixed by the law."""

    days: int

    def read(self, _: Event) -> Length:
        """The number of the law."""
        return Length(Measure.WORKING_DAY, self.days)


@dataclass(frozen=True, slots=True)
class WorkingDaysFrom:
    """As many working days as the event promises in a field."""

    field: str

    def read(self, event: Event) -> Length:
        """The number promised."""
        return Length(Measure.WORKING_DAY, int(getattr(event, self.field)))


@dataclass(frozen=True, slots=True)
class Promptly:
    """及时: the law gives no number. `days` is what the house sets; the operator may set 1 to `at_most`."""

    days: int
    at_most: int

    def __post_init__(self) -> None:
        """A limit outside its bounds is a slip at the desk of whoever set it."""
        if not self.allows(self.days):
            raise ValueError(f"this limit may be 1 to {self.at_most} working days, not {self.days}")

    def allows(self, days: int) -> bool:
        """Is that many within the bounds?"""
        return 1 <= days <= self.at_most

    def read(self, _: Event) -> Length:
        """The number of the house, where the operator set none."""
        return Length(Measure.WORKING_DAY, self.days)


@dataclass(frozen=True, slots=True)
class AtInstant:
    """The event names the instant in a field."""

    field: str

    def read(self, event: Event) -> Length:
        """The instant named."""
        return Length(Measure.INSTANT, at=getattr(event, self.field))


@dataclass(frozen=True, slots=True)
class EndOfDay:
    """The event names the last legal day in a field; it ends at 24:00."""

    field: str

    def read(self, event: Event) -> Length:
        """24:00 of the day named."""
        return Length(Measure.INSTANT, at=end_of(getattr(event, self.field)))


@dataclass(frozen=True, slots=True)
class ClearDaysBefore:
    """So many clear working days before the instant that the event names in a field."""

    field: str
    days: int

    def read(self, event: Event) -> Length:
        """The event's instant, to count back from."""
        return Length(Measure.CLEAR_DAYS, self.days, getattr(event, self.field))


Limit = WorkingDays | WorkingDaysFrom | Promptly | AtInstant | EndOfDay | ClearDaysBefore
