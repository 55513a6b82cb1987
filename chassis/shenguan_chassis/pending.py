"""What will a decision write? Rows and events as it collected them, and the versions it was decided on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .store import Key, Stored

Place = tuple[Stored, Key]


class Conflict(Exception):
    """What was decided on has changed meanwhile; nothing was written."""


class AlreadyWritten(Exception):
    """A batch wrote what should be taken back: only a savepoint can."""


@dataclass(frozen=True, slots=True)
class Said:
    """One event as it will be kept and queued."""

    stream: Any
    seq: int
    subject: str
    type: str
    body: bytes


@dataclass(slots=True)
class Pending:
    """What a tx will write: whole rows by place, the versions they were decided on, and what is said."""

    rows: dict[Place, Any] = field(default_factory=dict)
    """The newest row of each place written, aggregates and copies."""
    base: dict[Place, int] = field(default_factory=dict)
    """The version in the database of each aggregate read or written; 0 for a new one."""
    said: list[Said] = field(default_factory=list)
    held: frozenset[Place] = frozenset()
    """What an earlier flush of the same transaction checked or wrote: locked, so it cannot change any more."""

    def guards(self) -> list[tuple[Stored, Key, int]]:
        """Aggregates that were read but not written: their versions must still hold."""
        free = self.base.keys() - self.rows.keys() - self.held
        return [(at[0], at[1], self.base[at]) for at in free]


@dataclass(slots=True)
class Written:
    """What a commit wrote: rows of which kinds, and whether it said or journalled something."""

    kinds: set[type] = field(default_factory=set)
    said: bool = False

    def note(self, pending: Pending, *, journalled: bool = False) -> Written:
        """It wrote this; returns itself."""
        self.kinds.update(place.kind for place, _ in pending.rows)
        self.said = self.said or journalled or bool(pending.said)
        return self


@dataclass(frozen=True, slots=True)
class Sorted:
    """The rows of a pending tx by what must be done with them."""

    guards: list[tuple[Stored, Key, int]]
    changed: list[tuple[Stored, Key, Any, int]]
    new: list[tuple[Stored, Any]]
    kept: list[tuple[Stored, Any]]


def sort(pending: Pending) -> Sorted:
    """Which rows are guarded, changed, new or kept; locks in one order for all, so that they do not cross."""
    changed, new, kept = [], [], []
    for (place, key), row in pending.rows.items():
        base = pending.base.get((place, key))
        if place.noun is None:
            kept.append((place, row))
        elif base:
            changed.append((place, key, row, base))
        else:
            new.append((place, row))
    guards = [(place, key, version) for place, key, version in pending.guards() if version]
    guards.sort(key=lambda guard: (guard[0].name, guard[1]))
    changed.sort(key=lambda change: (change[0].name, change[1][0].int))
    return Sorted(guards, changed, new, kept)
