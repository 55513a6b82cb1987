"""Who asks too often? A token bucket for each client, kept as one number: when it will be full again.

A bucket holds `burst` tokens and gains `rate` of them a second. Each process counts for itself.
"""

from __future__ import annotations

_MOST = 20_000


class Buckets:
    """Token buckets by key; `now` is any clock that never goes back, in seconds."""

    def __init__(self, rate: float, burst: int) -> None:
        self._each = 1 / rate
        self._depth = (burst - 1) / rate
        self._full_at: dict[str, float] = {}

    def take(self, key: str, now: float) -> float:
        """Take a token; answers the seconds to wait instead if there is none (0: taken)."""
        full_at = max(self._full_at.get(key, now), now)
        wait = full_at - now - self._depth
        if wait > 0:
            return wait
        if len(self._full_at) >= _MOST and key not in self._full_at:
            self._forget(now)
        self._full_at[key] = full_at + self._each
        return 0

    def wait(self, key: str, now: float) -> float:
        """The seconds until there is a token; takes none."""
        return max(self._full_at.get(key, now) - now - self._depth, 0)

    def _forget(self, now: float) -> None:
        """A full bucket is as good as none; where all are in use, the tenth begun first goes, seldom and at once."""
        used = [(key, full_at) for key, full_at in self._full_at.items() if full_at > now]
        self._full_at = dict(used[_MOST // 10 :] if len(used) >= _MOST else used)
