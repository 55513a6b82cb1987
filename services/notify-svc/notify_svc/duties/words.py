"""In which words is a duty written down? The vocabulary of the table in `rules.py`, and how a row reads an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shenguan_contracts.duties import Duty
from shenguan_contracts.event import Event
from shenguan_contracts.types import Post


@dataclass(frozen=True, slots=True)
class Office:
    """One office by its code, whatever the event says."""

    code: str

    def read(self, _: Event) -> tuple[str, ...]:
        """The office itself."""
        return (self.code,)


@dataclass(frozen=True, slots=True)
class NamedIn:
    """The offices that the event names in a field: one code, or several."""

    field: str

    def read(self, event: Event) -> tuple[str, ...]:
        """Their codes, each once, in the order named."""
        named = getattr(event, self.field)
        return (named,) if isinstance(named, str) else tuple(dict.fromkeys(named))


Who = Office | NamedIn


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """So many working days, fixed by the law."""

    days: int

    def read(self, _: Event) -> int:
        """The number of the law."""
        return self.days


@dataclass(frozen=True, slots=True)
class WorkingDaysFrom:
    """As many working days as the event promises in a field."""

    field: str

    def read(self, event: Event) -> int:
        """The number promised."""
        return int(getattr(event, self.field))


@dataclass(frozen=True, slots=True)
class Promptly:
    """及时: the law gives no number. `days` is what the house sets; it may be 1 to `at_most` working days."""

    days: int
    at_most: int

    def __post_init__(self) -> None:
        """A limit outside its bounds is a slip at the desk of whoever set it."""
        if not 1 <= self.days <= self.at_most:
            raise ValueError(f"this limit may be 1 to {self.at_most} working days, not {self.days}")

    def read(self, _: Event) -> int:
        """The number in force."""
        return self.days


Limit = WorkingDays | WorkingDaysFrom | Promptly


@dataclass(frozen=True, slots=True)
class Meeting:
    """An event that meets a duty: `about` is its field with the id of what the duty is about, `party` whose duty."""

    event: type[Event]
    about: str
    party: Who


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder: who is told, so many further working days after the due one."""

    post: Post
    days_after: int


@dataclass(frozen=True, slots=True)
class Demand:
    """What one event asks of one office: a clock that begins."""

    duty: Duty
    department: str
    recipient: str | None
    about: str
    since_at: datetime
    days: int

    @property
    def party(self) -> str:
        """What tells the obligations of one event apart: to whom it is owed, else who bears it."""
        return self.recipient or self.department


@dataclass(frozen=True, slots=True)
class Answer:
    """What one event says of one duty: it was done."""

    duty: Duty
    about: str
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """One duty, as a lawyer reads it. `since` is the event's field with the instant that the limit counts from."""

    duty: Duty
    title: str
    opened_by: type[Event]
    only_where: tuple[str, Any] | None = None
    since: str
    bearer: Who
    owed_to: Who | None = None
    limit: Limit
    source: str
    met_by: tuple[Meeting, ...]
    ladder: tuple[Rung, ...]
    consequence: str

    @property
    def climb(self) -> int:
        """Working days after the due one until the top of the ladder."""
        return max(rung.days_after for rung in self.ladder)

    def demands(self, event: Event) -> tuple[Demand, ...]:
        """One clock per bearer, or per recipient where it is owed to someone; none if the event is not meant."""
        if not isinstance(event, self.opened_by) or not self._is_meant(event):
            return ()
        recipients: tuple[str | None, ...] = self.owed_to.read(event) if self.owed_to else (None,)
        since_at, days = getattr(event, self.since), self.limit.read(event)
        return tuple(
            Demand(self.duty, department, recipient, event.subject, since_at, days)
            for department in self.bearer.read(event)
            for recipient in recipients
        )

    def answers(self, event: Event) -> tuple[Answer, ...]:
        """Which obligations of this duty the event meets, by what they are about and whose they are."""
        return tuple(
            Answer(self.duty, f"{self.opened_by.noun}/{getattr(event, meeting.about)}", party)
            for meeting in self.met_by
            if isinstance(event, meeting.event)
            for party in meeting.party.read(event)
        )

    def _is_meant(self, event: Event) -> bool:
        return self.only_where is None or getattr(event, self.only_where[0]) == self.only_where[1]
