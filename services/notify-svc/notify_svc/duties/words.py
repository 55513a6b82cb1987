"""In which words is a duty written down? The vocabulary of the table in `rules.py`, and how a row reads an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from shenguan_contracts.duties import Duty
from shenguan_contracts.event import Event
from shenguan_contracts.types import Post

from .limits import Length, Limit
from .places import ALWAYS, About, Where, Who


class Deed(StrEnum):
    """What an event can do to an obligation."""

    MEET = "meet"
    """履行"""
    SUSPEND = "suspend"
    """中止"""
    RESUME = "resume"
    """恢复"""
    EXTEND = "extend"
    """延长"""
    CANCEL = "cancel"
    """消灭"""


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder: who is told, so many further working days after the due one."""

    post: Post
    days_after: int


@dataclass(frozen=True, slots=True)
class Demand:
    """What one event asks of one office: a clock that begins. `each` tells repeated obligations of one thing apart."""

    duty: Duty
    department: str
    recipient: str | None
    about: str
    since_at: datetime
    length: Length
    each: str = ""

    @property
    def party(self) -> str:
        """What tells the obligations of one event apart: to whom it is owed, else who bears it."""
        return self.recipient or self.department


@dataclass(frozen=True, slots=True)
class Answer:
    """What one event does to one obligation; `each` is None where it touches every one of its duty, thing and party."""

    deed: Deed
    duty: Duty
    about: str
    party: str
    each: str | None = ""
    at: datetime | None = None
    ground: str = ""
    days: int = 0
    until_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DutyRow:
    """One duty, as a lawyer reads it. `since` is the event's field with the instant that the limit counts from.

    What suspends, resumes, extends or cancels it is said on the stream of the thing it is about, so it comes in order;
    what meets it may come from elsewhere, before the question even. A `timer` has no bearer: its end is no lateness.
    """

    duty: Duty
    title: str
    opened_by: type[Event]
    only_where: Where = ALWAYS
    since: str
    bearer: Who
    owed_to: Who | None = None
    each: str | None = None
    limit: Limit
    source: str
    met_by: tuple[About, ...] = ()
    suspended_by: tuple[About, ...] = ()
    resumed_by: tuple[About, ...] = ()
    extended_by: tuple[About, ...] = ()
    cancelled_by: tuple[About, ...] = ()
    reminders: tuple[int, ...] = (0,)
    """提醒时点: so many working days before the due day, the furthest first; 0: when the due day begins.

    The first that comes shows the yellow card. Those that lie before the limit began, or passed unseen, are not told.
    """
    ladder: tuple[Rung, ...]
    deems: bool = False
    """Whether the law itself acts when it is over: such duties are held while the host's clock is in doubt."""
    excusable: bool = False
    """Whether two persons may find that it does not apply: only where no citizen waits for it."""
    dormant: bool = False
    """Whether no service yet says what meets it: it can be counted in advance, and nobody is burdened with it."""
    consequence: str

    @cached_property
    def timer(self) -> bool:
        """Has it no bearer who could be late?"""
        return not self.ladder

    @property
    def has_legal_effect(self) -> bool:
        """Does the passing of its end change somebody's rights?"""
        return self.deems or self.timer

    @cached_property
    def climb(self) -> int:
        """Working days after the due one until the top of the ladder."""
        return max((rung.days_after for rung in self.ladder), default=0)

    @cached_property
    def foresight(self) -> int:
        """Working days before the due one until the first reminder; 0 for a timer, which reminds nobody."""
        return 0 if self.timer else max(self.reminders)

    @cached_property
    def touched_by(self) -> tuple[tuple[Deed, About], ...]:
        """Every event that does something to it, with what it does."""
        return (
            *((Deed.MEET, about) for about in self.met_by),
            *((Deed.SUSPEND, about) for about in self.suspended_by),
            *((Deed.RESUME, about) for about in self.resumed_by),
            *((Deed.EXTEND, about) for about in self.extended_by),
            *((Deed.CANCEL, about) for about in self.cancelled_by),
        )

    def demands(self, event: Event) -> tuple[Demand, ...]:
        """One clock per bearer, or per recipient where it is owed to someone; none if the event is not meant."""
        if self.dormant or not isinstance(event, self.opened_by) or not self.only_where.holds(event):
            return ()
        recipients: tuple[str | None, ...] = self.owed_to.read(event) if self.owed_to else (None,)
        since_at, length = getattr(event, self.since), self.limit.read(event)
        each = "" if self.each is None else str(getattr(event, self.each))
        return tuple(
            Demand(self.duty, department, recipient, event.subject, since_at, length, each)
            for department in self.bearer.read(event)
            for recipient in recipients
        )

    def answers(self, event: Event) -> tuple[Answer, ...]:
        """What the event does to obligations of this duty, by what they are about and whose they are."""
        return tuple(
            self._answer(deed, about, event, party)
            for deed, about in self.touched_by
            if isinstance(event, about.event) and about.only_where.holds(event)
            for party in about.party.read(event)
        )

    def _answer(self, deed: Deed, about: About, event: Event, party: str) -> Answer:
        return Answer(
            deed,
            self.duty,
            f"{self.opened_by.noun}/{getattr(event, about.about)}",
            party,
            about.each_of(event, apart=self.each is not None),
            at=None if about.at is None else getattr(event, about.at),
            ground=about.ground_of(event),
            days=0 if about.days is None else int(getattr(event, about.days)),
            until_at=None if about.until is None else about.until.read(event).at,
        )
