"""What time is it? Two clocks, injected; nothing else asks the time.

The legal clock dates acts, duties and events; an embedded district may move it forward. System time serves tokens,
leases, time-outs and partitions, and never moves. Instants are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Both clocks of one process."""

    def legal(self) -> datetime:
        """The instant that counts in law."""

    def system(self) -> datetime:
        """The machine's own time."""


class RealClock:
    """Both clocks tell the machine's time."""

    def legal(self) -> datetime:
        """The instant that counts in law."""
        return datetime.now(UTC)

    def system(self) -> datetime:
        """The machine's own time."""
        return datetime.now(UTC)


class SandboxClock(RealClock):
    """A legal clock that can be moved forward, never back: a month of deadlines in a minute."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead
        self._moved: list[Callable[[], None]] = []

    def legal(self) -> datetime:
        """The machine's time plus what the sandbox was moved."""
        return super().legal() + self.ahead

    def forward(self, by: timedelta) -> datetime:
        """Move ahead by `by` (positive) and tell those who sleep by this clock."""
        if by <= timedelta():
            raise ValueError("the legal clock only moves forward")
        self.ahead += by
        for wake in self._moved:
            wake()
        return self.legal()

    def on_move(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each move."""
        self._moved.append(wake)
