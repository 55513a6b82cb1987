"""Has everything that the others dated before an instant been heard? Asked before anything is called overdue.

Each source answers once all it dated before the instant is on its topic, with the ends of the topic's partitions;
the asker waits until its own group has passed them. An event that has come may still wait in the inbox (a hole before
it, a failure): what it disproves later is taken back (ObligationCorrected).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from shenguan_contracts.catalogue import CONTROL_TOPIC, topic_of
from shenguan_contracts.control import MarkAsked, MarkGiven, decode_note

from .. import logs
from ..bus.port import Bus, BusUnavailable, Offsets, Reader
from ..clock import Clock
from .post import Post
from .reach import passed

_WITHIN = 12.0


class Marks:
    """Asks the heard sources how far they are."""

    def __init__(self, bus: Bus, post: Post, clock: Clock, *, hears: Sequence[str], group: str) -> None:
        self._bus = bus
        self._post = post
        self._clock = clock
        self._hears = frozenset(hears)
        self._group = group
        self._heard: datetime | None = None
        self._asking = asyncio.Lock()
        self._log = logs.log(service=post.service)

    async def heard_past(self, instant: datetime, within: float = _WITHIN) -> bool:
        """True if all that the heard sources dated before `instant` (legal clock) was read by our inbox.

        False if that cannot be had within some seconds: a source is down, or its queue does not drain.
        """
        async with self._asking:
            if not self._hears or (self._heard is not None and instant <= self._heard):
                return True
            try:
                async with asyncio.timeout(within):
                    ends = await self._ask(instant)
                    reached = await passed(self._bus, self._group, ends, within)
            except (TimeoutError, BusUnavailable) as silent:
                self._log.warning("not yet heard past", instant=instant.isoformat(), why=type(silent).__name__)
                return False
            if reached:
                self._heard = instant
            return reached

    async def _ask(self, instant: datetime) -> Offsets:
        async with self._bus.tail([CONTROL_TOPIC]) as reader:
            await self._post.say(MarkAsked(source=self._post.service, said_at=self._clock.system(), until=instant))
            return await self._answers(reader, instant)

    async def _answers(self, reader: Reader, instant: datetime) -> Offsets:
        """The ends that each source gave; waits for the last of them."""
        ends: Offsets = {}
        silent = set(self._hears)
        while silent:
            for record in await reader.take(wait=1.0):
                note = decode_note(record.value)
                if isinstance(note, MarkGiven) and note.until >= instant and note.source in silent:
                    silent.discard(note.source)
                    ends |= {(topic_of(note.source), partition): end for partition, end in note.ends}
        return ends
