"""What was seen of a run? Facts, as clients, producers, consumers and the bus have them when all is quiet again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What a client knows of one attempt."""

    OK = "ok"
    """It took effect."""
    FAIL = "fail"
    """It was refused and took no effect."""
    UNKNOWN = "unknown"
    """No answer, a broken connection, a time-out or a 5xx: both are lawful."""


class Stream(NamedTuple):
    """A stream: who speaks, and of which aggregate."""

    source: str
    subject: str

    def __str__(self) -> str:
        return f"{self.source} {self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt of a command. `shows` are the events that its answer vouches for.

    `lawful` says that by all that was acknowledged before nothing stands in its way.
    """

    service: str
    person: str
    key: str
    command: str
    outcome: Outcome
    answer: bytes = b""
    shows: tuple[tuple[str, int], ...] = ()
    lawful: bool = False
    seconds: float = 0.0


class Said(NamedTuple):
    """One event of a stream: kept by its owner, or as it lies on the bus."""

    stream: Stream
    number: int
    type: str = ""


class Entry(NamedTuple):
    """A journal row of a command that took effect."""

    service: str
    person: str
    key: str
    subject: str
    number: int
    answer: bytes


class Effect(NamedTuple):
    """What one event did in one consumer: `what` names the row that it wrote."""

    consumer: str
    what: str
    stream: Stream
    number: int


class Move(NamedTuple):
    """A consumer went on in a stream, from one number to another."""

    consumer: str
    stream: Stream
    was: int
    now: int


class Duty(NamedTuple):
    """One obligation: which, about what, whose, until when, and when it was met."""

    duty: str
    about: str
    party: str
    due_at: datetime
    met_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A service's sealed log: entries there are, entries sealed, where it is broken, and the heads by seal."""

    rows: int
    sealed: int
    broken_at: int | None = None
    heads: Mapping[int, str] = field(default_factory=dict)


class Witnessed(NamedTuple):
    """A head of another's chain, as it was told."""

    by: str
    source: str
    number: int
    head: str


@dataclass(frozen=True, kw_only=True)
class History:
    """Everything that was seen of one run. What is in order is in the order in which it happened."""

    attempts: Sequence[Attempt] = ()
    kept: Sequence[Said] = ()
    commanded: frozenset[str] = frozenset()
    """Types of events that only a command says, one event a command: the event that its journal row names."""
    entries: Sequence[Entry] = ()
    rows: Mapping[Stream, int] = field(default_factory=dict)
    """The version that each aggregate's row has."""
    wire: Sequence[Said] = ()
    left: Mapping[str, int] = field(default_factory=dict)
    """What should be empty, by name: queues, parked events, messages kept aside, errors that nobody handled."""
    hears: Mapping[str, Sequence[str]] = field(default_factory=dict)
    positions: Mapping[str, Mapping[Stream, int]] = field(default_factory=dict)
    moves: Sequence[Move] = ()
    wanted: Sequence[Effect] = ()
    effects: Sequence[Effect] = ()
    owed: Sequence[Duty] = ()
    opened: Sequence[Duty] = ()
    chains: Mapping[str, Chain] = field(default_factory=dict)
    witnessed: Sequence[Witnessed] = ()
