"""What became of an event when it was tried?"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Done:
    """It took effect, or needs none here."""

    reacted: bool = False


@dataclass(frozen=True, slots=True)
class Early:
    """It needs the stream `awaits` to come first."""

    awaits: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A reaction failed; it is tried again, then set aside."""

    reason: str


@dataclass(frozen=True, slots=True)
class TooNew:
    """It waits for an upgrade."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hopeless:
    """No try will ever help."""

    reason: str


Outcome = Done | Early | Failed | TooNew | Hopeless
