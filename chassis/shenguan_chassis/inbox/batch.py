"""What happens to the events of one batch? Each stream goes on as far as it can; what cannot go on waits.

Nothing here touches the database: positions come in locked, and what became of them goes out to the ledger.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from ..pending import Written
from .hearing import Heard, Place, Unreadable
from .meaning import Meaning, Reader, Unknown
from .outcome import Done, Early, Failed, Hopeless, Outcome, TooNew
from .streams import Standing, Stream, Waiting, Why, later

Trying = Callable[[Heard, Meaning], Awaitable[Outcome]]
_LONG_AGO = "waited too long: "


@dataclass(frozen=True, slots=True)
class Patience:
    """How long what waits for what."""

    hole: timedelta = timedelta(seconds=0.5)
    """How long a hole may close by itself (a rebalance, two relays) before it is asked for."""
    hole_most: float = 60.0
    early_first: float = 0.2
    early_most: float = 30.0
    early_at_all: timedelta = timedelta(hours=24)
    """What an event waits for must come within this, or it becomes a dead letter."""
    failed_first: float = 1.0
    failed_most: float = 60.0
    failed_tries: int = 8


@dataclass(frozen=True, slots=True)
class Ask:
    """Numbers of a stream that are missing; `tries` counts how often they were asked for."""

    source: str
    subject: str
    first: int
    last: int
    tries: int


@dataclass(slots=True)
class Tally:
    """What one batch came to."""

    applied: int = 0
    duplicates: int = 0
    gaps: int = 0
    asks: list[Ask] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    reacted: set[str] = field(default_factory=set)
    failed: set[tuple[str, UUID]] = field(default_factory=set)
    """Type and stream of what failed at its first try."""
    written: Written = field(default_factory=Written)


class Batch:
    """One pass over locked streams; `trying` runs the reactions of one event."""

    def __init__(
        self, streams: dict[UUID, Stream], reader: Reader, trying: Trying, now: datetime, patience: Patience
    ) -> None:
        self.tally = Tally()
        self._streams = streams
        self._reader = reader
        self._try = trying
        self._now = now
        self._patience = patience

    async def hear(self, heard: Heard, meaning: Meaning) -> None:
        """An event came: it is dropped, takes effect with all that waited behind it, or waits."""
        stream = self._streams[heard.stream]
        match stream.standing(heard):
            case Standing.DUPLICATE:
                self.tally.duplicates += 1
            case Standing.AHEAD:
                stream.park(heard, Why.BEHIND, self._now)
            case Standing.NEXT if await self._goes_on(stream, heard, meaning):
                await self._follow(stream)

    async def look_again(self, stream: Stream) -> None:
        """The first parked event of a stream is due: ask for what is missing before it, or try it again."""
        head = stream.head()
        if head is None or head.due is None or head.due > self._now:
            return
        hole = stream.hole()
        if hole is None:
            await self._follow(stream)
            return
        head.tries += 1
        head.changed = True
        head.due = later(self._now, head.tries, 1.0, self._patience.hole_most)
        self.tally.asks.append(Ask(head.heard.source, head.heard.subject, *hole, head.tries))

    def finish(self) -> Tally:
        """Give what waits its time; returns what the batch came to."""
        for stream in self._streams.values():
            self.tally.gaps += stream.line_up(self._now, self._patience.hole)
        return self.tally

    async def _follow(self, stream: Stream) -> None:
        while (waiting := stream.next()) is not None:
            if not await self._goes_on(stream, waiting.heard, self._reader.read(waiting.heard)):
                return

    async def _goes_on(self, stream: Stream, heard: Heard, meaning: Meaning) -> bool:
        """Try one event; False if its stream must wait."""
        outcome = await self._try(heard, meaning)
        match outcome:
            case Done(reacted):
                self._done(stream, heard, meaning, reacted=reacted)
                return True
            case Early(awaits, reason):
                self._wait_for(stream, heard, awaits, reason)
            case Failed(reason):
                self._fail(stream, heard, reason)
            case TooNew(reason):
                stream.park(heard, Why.NEWER, self._now).reason = reason
            case Hopeless(reason):
                stream.park(heard, Why.DEAD, self._now).reason = reason
        return False

    def _done(self, stream: Stream, heard: Heard, meaning: Meaning, *, reacted: bool) -> None:
        stream.advance(heard.seq)
        self.tally.applied += 1
        if reacted:
            self.tally.reacted.add(heard.type)
        if isinstance(meaning, Unknown):
            place = heard.place or Place(heard.source, -1, heard.seq)
            self.tally.unreadable.append(Unreadable(place, meaning.reason, heard.body))

    def _wait_for(self, stream: Stream, heard: Heard, awaits: UUID, reason: str) -> None:
        waiting = stream.park(heard, Why.NOT_YET, self._now)
        waiting.tries, waiting.awaits, waiting.reason = waiting.tries + 1, awaits, reason
        waiting.due = later(self._now, waiting.tries - 1, self._patience.early_first, self._patience.early_most)
        if self._now - waiting.since > self._patience.early_at_all:
            self._give_up(waiting, _LONG_AGO + reason)

    def _fail(self, stream: Stream, heard: Heard, reason: str) -> None:
        waiting = stream.park(heard, Why.FAILED, self._now)
        if waiting.tries == 0:
            self.tally.failed.add((heard.type, stream.key))
        waiting.tries, waiting.reason = waiting.tries + 1, reason
        waiting.due = later(self._now, waiting.tries - 1, self._patience.failed_first, self._patience.failed_most)
        if waiting.tries >= self._patience.failed_tries:
            self._give_up(waiting, reason)

    def _give_up(self, waiting: Waiting, reason: str) -> None:
        tries = waiting.tries
        waiting.become(Why.DEAD, self._now)
        waiting.tries, waiting.reason = tries, reason
