"""How long to wait before the next try? Twice as long each time, never all at the same instant."""

from __future__ import annotations

from random import SystemRandom

_RANDOM = SystemRandom()


class Backoff:
    """Delays in seconds that double from `first` to `most`; each is drawn from the upper half of its span."""

    def __init__(self, first: float = 0.1, most: float = 5.0) -> None:
        self._first = first
        self._most = most
        self.tries = 0

    def next(self) -> float:
        """The delay before the next try."""
        span = delay(self.tries, self._first, self._most)
        self.tries += 1
        return _RANDOM.uniform(span / 2, span)

    def reset(self) -> None:
        """It went well: begin anew."""
        self.tries = 0


def delay(tries: int, first: float, most: float) -> float:
    """The span after `tries` failures, in seconds, without chance."""
    return min(most, first * 2.0 ** min(tries, 30))
