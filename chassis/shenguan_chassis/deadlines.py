"""Who has waited too long? One look at all who wait, four times a second: a timer for each would cost each request."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Protocol

_LOOK_AGAIN = 0.25
"""Seconds: how late a deadline may be noticed."""


class Waiting(Protocol):
    """Something that must be done by a certain time."""

    def late(self) -> None:
        """It is not done, and the time is over."""


class Deadlines:
    """The deadlines of all who wait; nothing runs while nobody does."""

    def __init__(self) -> None:
        self._ends: dict[Waiting, float] = {}
        self._looks = False

    def set(self, waiting: Waiting, seconds: float) -> None:
        """From now on it has so many seconds."""
        self._ends[waiting] = monotonic() + seconds
        if not self._looks:
            self._looks = True
            asyncio.get_running_loop().call_later(min(seconds, _LOOK_AGAIN), self._look)

    def drop(self, waiting: Waiting) -> None:
        """It is done; harmless if it was before."""
        self._ends.pop(waiting, None)

    def _look(self) -> None:
        now = monotonic()
        over = [waiting for waiting, ends in self._ends.items() if ends <= now]
        for waiting in over:
            del self._ends[waiting]
            waiting.late()
        self._looks = bool(self._ends)
        if self._looks:
            asyncio.get_running_loop().call_later(_LOOK_AGAIN, self._look)
