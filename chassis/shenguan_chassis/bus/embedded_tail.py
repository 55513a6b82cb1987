"""How does one watch the embedded log without a group?"""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from shenguan_chassis.bus import embedded_sql as sql
from shenguan_chassis.bus.embedded_bell import Bell
from shenguan_chassis.bus.embedded_link import LINK_ERRORS
from shenguan_chassis.bus.embedded_records import received
from shenguan_chassis.bus.port import Received
from shenguan_chassis.waiting import rung

Fetch = Callable[..., Awaitable[list[Any]]]

_LOOK_EVERY = 1.0


class EmbeddedTail:
    """A reader with cursors of its own; it leaves no trace and owns nothing."""

    def __init__(self, fetch: Fetch, bell: Bell, topics: Sequence[str]) -> None:
        self._fetch = fetch
        self._bell = bell
        self._topics = list(topics)
        self._names: dict[int, str] = {}
        self._cursors: dict[tuple[int, int], int] = {}

    async def begin(self, column: str) -> None:
        """Stand at the `low` or at the `next` of every partition."""
        for row in await self._fetch(sql.COUNTERS, self._topics):
            self._names[row["topic"]] = row["name"]
            self._cursors[row["topic"], row["part"]] = row[column]

    async def take(self, most: int = 500, wait: float = 1.0) -> Sequence[Received]:
        """See `port.Reader.take`."""
        deadline = time.monotonic() + wait
        with self._bell.hear(self._topics) as more:
            while True:
                more.clear()
                taken = await self._read(most)
                left = deadline - time.monotonic()
                if taken or left <= 0:
                    return taken
                await rung(more, min(left, _LOOK_EVERY))

    async def _read(self, most: int) -> list[Received]:
        try:
            await self._notice_a_lost_tail()
            places = list(self._cursors)
            columns = [topic for topic, _ in places], [part for _, part in places], list(self._cursors.values())
            rows = await self._fetch(sql.READ, *columns, most)
        except LINK_ERRORS:
            return []
        for row in rows:
            self._cursors[row["topic"], row["part"]] = row["off"] + 1
        return [received(self._names[row["topic"]], row) for row in rows]

    async def _notice_a_lost_tail(self) -> None:
        for row in await self._fetch(sql.COUNTERS, self._topics):
            place = row["topic"], row["part"]
            if self._cursors.get(place, 0) > row["next"]:
                self._cursors[place] = row["low"]
            self._cursors.setdefault(place, row["low"])
