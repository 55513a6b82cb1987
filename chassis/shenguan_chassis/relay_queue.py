"""What is still to be sent, and which keys must wait? The queue as the relay sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from asyncpg import Connection

from .backoff import delay

MOST_AT_ONCE = 1_000
"""Events in one call of the bus."""

_TURN = """
WITH gone AS (DELETE FROM queue WHERE pos = ANY($1::bigint[]))
SELECT pos, subject, body FROM queue
WHERE pos <> ALL($2::bigint[]) AND subject <> ALL($3::text[]) ORDER BY pos LIMIT $4
"""
_DEPTH = "SELECT count(*) FROM (SELECT FROM queue LIMIT 100000) AS few"

Row = Any
"""`pos`, `subject` and `body` of one queued event."""


async def turn(connection: Connection, acked: Sequence[int], flying: Sequence[int], stuck: Sequence[str]) -> list[Row]:
    """Delete what was acknowledged and read what comes next, in one statement.

    It reads from the start, never from a cursor: an event may commit behind one with a higher position. Between events
    of one stream that cannot be, their positions are drawn under the lock of the aggregate's row.
    """
    rows: list[Row] = await connection.fetch(_TURN, acked, [*acked, *flying], stuck, MOST_AT_ONCE)
    return rows


async def depth(connection: Connection) -> int:
    """How many events wait, at most 100,000."""
    return int(await connection.fetchval(_DEPTH))


class StuckKeys:
    """Keys whose oldest event the bus did not take: each waits by itself, so that none blocks another."""

    def __init__(self, now: Callable[[], float], most: int = 10_000) -> None:
        self._now = now
        self._most = most
        self._tries: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._tries)

    def holds(self, subject: str) -> bool:
        """True while this key must wait."""
        return self._until.get(subject, 0.0) > self._now()

    def waiting(self) -> list[str]:
        """The keys that must wait now."""
        now = self._now()
        return [subject for subject, until in self._until.items() if until > now]

    def next_due(self) -> float:
        """Seconds until one of them may be tried again; infinite without any."""
        now = self._now()
        return min((until - now for until in self._until.values()), default=float("inf"))

    def failed(self, subject: str, *, final: bool) -> None:
        """Its oldest event was not taken; `final` ones hardly ever will be."""
        if len(self._tries) >= self._most:
            self.free()
        tries = self._tries.get(subject, 0)
        self._tries[subject] = tries + 1
        self._until[subject] = self._now() + (60.0 if final else delay(tries, 0.2, 30.0))

    def sent(self, subjects: Iterable[str]) -> None:
        """Their oldest events were taken."""
        if self._tries:
            for subject in subjects:
                self._tries.pop(subject, None)
                self._until.pop(subject, None)

    def free(self) -> None:
        """Try all again at once: the bus is back."""
        self._tries.clear()
        self._until.clear()
