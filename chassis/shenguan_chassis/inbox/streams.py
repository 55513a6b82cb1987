"""Where does an event stand in its stream? The stream as one batch sees it: the last number applied, and what waits.

Of a stream's waiting events only the lowest is ever due: it is the one that may go next, or the edge of the hole before
it. The others wait behind it without a time of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from uuid import UUID

from ..backoff import delay
from .hearing import Heard


class Why(StrEnum):
    """Why an event waits."""

    GAP = "gap"
    """缺号: a number before it has not come."""
    BEHIND = "behind"
    """排队: one before it in its stream waits."""
    NOT_YET = "not_yet"
    """未到: it needs a stream of another source to come first."""
    FAILED = "failed"
    """失败: its reaction failed and will be tried again."""
    NEWER = "newer"
    """版本过新: this edition does not know its version; it is tried again after an upgrade."""
    DEAD = "dead"
    """死信: set aside until an operator lets it be tried again."""


SET_ASIDE = (Why.DEAD, Why.NEWER)


class Standing(Enum):
    """Where an event stands against the last number applied."""

    DUPLICATE = "heard before"
    NEXT = "its turn"
    AHEAD = "too early"


@dataclass(slots=True)
class Waiting:
    """One parked event. `since` is when this reason began, `due` when it is looked at again."""

    heard: Heard
    why: Why
    since: datetime
    due: datetime | None = None
    tries: int = 0
    awaits: UUID | None = None
    reason: str | None = None
    stored: bool = False
    changed: bool = False

    def become(self, why: Why, now: datetime) -> None:
        """Wait for another reason from now on; the same reason keeps its beginning and its tries."""
        if why is not self.why:
            self.why, self.since, self.tries = why, now, 0
        self.awaits, self.due, self.changed = None, None, True

    @property
    def set_aside(self) -> bool:
        """True if only an operator or an upgrade lets it be tried again."""
        return self.why in SET_ASIDE and self.due is None


@dataclass(slots=True)
class Stream:
    """One stream in one batch: `at` is the last number applied, `waiting` the lowest parked events and new ones."""

    key: UUID
    at: int = 0
    known: bool = False
    stored: int = 0
    """Events parked in the database when the batch began; more than were loaded, if many."""
    began: int = 0
    waiting: dict[int, Waiting] = field(default_factory=dict)
    jumped: bool = False
    _loaded: int = 0
    _left: int = 0
    _snapshots: set[int] = field(default_factory=set)

    def load(self, waiting: Waiting) -> None:
        """Take in one parked event, the lowest first."""
        self._loaded += 1
        self._left += 1
        self._enter(waiting)

    def standing(self, heard: Heard) -> Standing:
        """Where an event stands; a snapshot event ahead of the position is always next: its stream may begin at it."""
        if heard.seq <= self.at or heard.seq in self.waiting:
            return Standing.DUPLICATE
        return Standing.NEXT if heard.starts or heard.seq == self.at + 1 else Standing.AHEAD

    def advance(self, seq: int) -> None:
        """The event of this number took effect; what was parked up to it is done with."""
        self.jumped = self.jumped or seq > self.at + 1
        before, self.at = self.at, seq
        if not self.waiting:
            return
        over = [seq] if seq == before + 1 else [number for number in self.waiting if number <= seq]
        for number in over:
            if (done := self.waiting.pop(number, None)) is not None:
                self._snapshots.discard(number)
                self._left -= done.stored

    def park(self, heard: Heard, why: Why, now: datetime) -> Waiting:
        """Let an event wait; returns it as it waits now."""
        waiting = self.waiting.get(heard.seq)
        if waiting is None:
            waiting = Waiting(heard, why, since=now, changed=True)
            self._enter(waiting)
        waiting.become(why, now)
        return waiting

    def head(self) -> Waiting | None:
        """The parked event that goes first: a snapshot event, which needs none before it; else the lowest."""
        if not self.waiting:
            return None
        snapshots = [number for number in self._snapshots if not self.waiting[number].set_aside]
        lowest = self.at + 1 if self.at + 1 in self.waiting else min(self.waiting)
        return self.waiting[min(snapshots, default=lowest)]

    def hole(self) -> tuple[int, int] | None:
        """The numbers missing before the first parked event, first and last."""
        head = self.head()
        if head is None or head.heard.starts or head.heard.seq == self.at + 1:
            return None
        return self.at + 1, head.heard.seq - 1

    def next(self) -> Waiting | None:
        """The parked event whose turn it is; None if it is set aside, or the last of a part of many."""
        head = self.head()
        if head is None or head.set_aside or self.hole() is not None:
            return None
        return None if self._more and self._left <= 1 else head

    def line_up(self, now: datetime, patience: timedelta) -> bool:
        """Give the first parked event its time, and only it; True if a new hole was found."""
        head, found = self.head(), False
        for waiting in self.waiting.values():
            if waiting is not head and (waiting.due is not None or waiting.why is Why.GAP):
                waiting.become(Why.BEHIND, now)
        if head is None:
            return False
        if self.hole() is not None and head.why is not Why.GAP:
            head.become(Why.GAP, now)
            head.due, found = now + patience, True
        elif self.hole() is None and head.why in (Why.GAP, Why.BEHIND):
            head.become(Why.BEHIND, now)
            head.due = now
        return found

    @property
    def untold(self) -> bool:
        """True if what waits next lies beyond what was loaded: a snapshot jumped over all that was."""
        return self.jumped and self._more

    @property
    def _more(self) -> bool:
        return self.stored > self._loaded

    def _enter(self, waiting: Waiting) -> None:
        self.waiting[waiting.heard.seq] = waiting
        if waiting.heard.starts:
            self._snapshots.add(waiting.heard.seq)


def later(now: datetime, tries: int, first: float, most: float) -> datetime:
    """The instant of the next try."""
    return now + timedelta(seconds=delay(tries, first, most))
