"""What do deliveries carry? The events as they stand in the feed, read once for all receivers, within bounds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from shenguan_chassis.runtime import Runtime

from ..feeds.rules import as_sent
from ..feeds.views import entries_of

MOST_BYTES = 16_000_000


class Bodies:
    """Events by department and number, the ones used last."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._bytes = 0

    def know(self, department: str, bodies: Mapping[int, bytes]) -> None:
        """These were read just now and will be wanted soon."""
        for number, body in bodies.items():
            self._enter((department, number), body)
        while self._bytes > MOST_BYTES and len(self._kept) > 1:
            self._bytes -= len(self._kept.popitem(last=False)[1])

    async def of(self, department: str, numbers: Iterable[int]) -> dict[int, bytes]:
        """The events with these numbers."""
        found = {number: body for number in numbers if (body := self._kept.get((department, number))) is not None}
        missing = [number for number in numbers if number not in found]
        if missing:
            async with self._runtime.reading(self._runtime.myself) as read:
                rows = await read.rows(entries_of(department, missing))
            read_now = {row["number"]: as_sent(row["body"], row["number"]) for row in rows}
            self.know(department, read_now)
            found |= read_now
        return found

    def _enter(self, place: tuple[str, int], body: bytes) -> None:
        if place not in self._kept:
            self._bytes += len(body)
            self._kept[place] = body
        self._kept.move_to_end(place)
