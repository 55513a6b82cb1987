"""What does a service do with what it hears on the control topic, and when does it speak there itself?"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from asyncpg import Pool

from shenguan_contracts.catalogue import CONTROL_TOPIC, topic_of
from shenguan_contracts.control import (
    JournalSealed,
    MarkAsked,
    MarkGiven,
    Note,
    ResendAsked,
    RollCallAsked,
    StreamsHeard,
    decode_note,
)

from .. import logs, metrics
from ..bus.port import Bus, BusUnavailable, Received
from ..clock import Clock
from ..ids import stream_key
from ..inbox import Ask
from ..kept import resend
from .clearing import cleared
from .post import Post
from .reach import passed
from .rollcall import Head, behind, heads
from .witness import Contradicted, witness

_HOURLY = 3600.0
_OVERLAP = timedelta(hours=2)
_DOUBT = timedelta(days=7)
_HEADS_PER_NOTE = 1_000
_ANSWER_WITHIN = 10.0
_READ_WITHIN = 60.0
_ONCE_IN = 10.0
_AT_ONCE = 4
_STALE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Whose control it is, whom it hears, and what it sets going."""

    post: Post
    clock: Clock
    hears: Sequence[str]
    group: str
    """The inbox's group: how far it has read."""
    spoken: Callable[[], None]
    """Something was queued."""
    leads: Callable[[], bool]
    """One replica of each service calls the roll by the hour."""


class Control:
    """The control loop of one process: of a service's replicas one hears each note."""

    def __init__(self, pool: Pool, bus: Bus, around: Surroundings) -> None:
        self._pool = pool
        self._bus = bus
        self._around = around
        self._service = around.post.service
        self._lately = _Lately()
        self._doubted = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._few = asyncio.Semaphore(_AT_ONCE)
        self._log = logs.log(service=self._service)

    async def run(self) -> None:
        """Hear and speak until cancelled. Raises BusUnavailable on joining."""
        async with self._bus.join(f"{self._service}.control", [CONTROL_TOPIC]) as member:
            self._start(self._call_by_the_hour())
            self._start(self._settle_doubts())
            try:
                while True:
                    taken = await member.take(wait=5.0)
                    await self.hear(taken)
                    await member.done(taken)
            finally:
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)

    def doubt(self) -> None:
        """The bus may have lost something: ask every source for its heads."""
        self._doubted.set()

    async def ask(self, missing: Sequence[Ask]) -> None:
        """Ask the owners for numbers that never came; raises BusUnavailable."""
        now = self._around.clock.system()
        me = self._service
        notes = [
            ResendAsked(source=me, said_at=now, owner=one.source, subject=one.subject, first=one.first, last=one.last)
            for one in missing
        ]
        await self._around.post.say(*notes)

    async def call_roll(self, since: timedelta = _OVERLAP) -> None:
        """Tell the heads of the streams that changed in that time; raises BusUnavailable."""
        now = self._around.clock.system()
        async with self._pool.acquire() as connection:
            told = await heads(connection, now - since)
        for first in range(0, len(told), _HEADS_PER_NOTE):
            part = tuple(told[first : first + _HEADS_PER_NOTE])
            await self._around.post.say(StreamsHeard(source=self._service, said_at=now, heads=part))

    async def hear(self, taken: Sequence[Received]) -> None:
        """Answer notes; what takes time is answered in the background."""
        for record in taken:
            note = decode_note(record.value)
            kind = "unknown" if note is None else note.kind
            metrics.NOTES_HEARD.labels(self._service, kind).inc()
            if note is not None and (note.source != self._service or self._service in self._around.hears):
                await self._answer(note)

    async def _answer(self, note: Note) -> None:
        match note:
            case ResendAsked(owner=self._service):
                await self._logged(self._resend(note))
            case JournalSealed() if note.source != self._service:
                await self._logged(self._witness(note))
            case StreamsHeard() if note.source in self._around.hears:
                self._begin(self._compare(note.source, note.heads))
            case RollCallAsked() if self._lately.first("roll", _ONCE_IN):
                self._begin(self.call_roll(max(_OVERLAP, self._around.clock.system() - note.since)))
            case MarkAsked() if self._still_asked(note) and self._lately.first(f"mark {note.until}", 1.0):
                self._begin(self._give_mark(note))

    async def _resend(self, asked: ResendAsked) -> None:
        """Ten listeners that miss the same are answered by one."""
        if not self._lately.first(f"{asked.subject} {asked.first} {asked.last}", _ONCE_IN):
            return
        stream = stream_key(self._service, asked.subject)
        async with self._pool.acquire() as connection:
            sent = await resend(connection, stream, asked.first, asked.last)
        metrics.RESENT.labels(self._service).inc(sent)
        self._log.info("events sent again", stream=asked.subject, first=asked.first, events=sent, asked_by=asked.source)
        self._around.spoken()

    async def _witness(self, sealed: JournalSealed) -> None:
        try:
            async with self._pool.acquire() as connection:
                await witness(connection, sealed, self._around.post.urn_of(sealed.source))
        except Contradicted as why:
            metrics.CHAINS_REWRITTEN.labels(self._service).inc()
            self._log.error("a journal was rewritten", source=sealed.source, number=sealed.number, why=str(why))
        except ValueError:
            metrics.HEADS_REFUSED.labels(self._service).inc()
            self._log.error("a journal head is not its source's", source=sealed.source, number=sealed.number)

    async def _compare(self, source: str, told: Sequence[Head]) -> None:
        """Once our inbox has read what is on the bus now, whoever is behind has lost something."""
        ends = await self._bus.ends([topic_of(source)])
        if not await passed(self._bus, self._around.group, ends, _READ_WITHIN):
            return
        async with self._pool.acquire() as connection:
            late = await behind(connection, source, told)
        metrics.STREAMS_BEHIND.labels(self._service).inc(len(late))
        if late:
            self._log.warning("streams behind at the roll call", source=source, streams=len(late))
            await self.ask([Ask(source, stream.subject, stream.first, stream.last, 1) for stream in late])

    async def _give_mark(self, asked: MarkAsked) -> None:
        async with asyncio.timeout(_ANSWER_WITHIN):
            async with self._pool.acquire() as connection:
                await cleared(connection, self._around.clock, asked.until)
            topic = topic_of(self._service)
            ends = tuple((partition, end) for (_, partition), end in (await self._bus.ends([topic])).items())
            now = self._around.clock.system()
            await self._around.post.say(MarkGiven(source=self._service, said_at=now, until=asked.until, ends=ends))

    async def _call_by_the_hour(self) -> None:
        while True:
            await asyncio.sleep(_HOURLY)
            if self._around.leads():
                await self._logged(self.call_roll())

    async def _settle_doubts(self) -> None:
        while True:
            await self._doubted.wait()
            self._doubted.clear()
            now = self._around.clock.system()
            try:
                await self._around.post.say(RollCallAsked(source=self._service, said_at=now, since=now - _DOUBT))
            except BusUnavailable:
                self._doubted.set()  # it is not settled before it was asked
            await asyncio.sleep(_ONCE_IN)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """In the background, a few at a time; what fails is asked again by whoever needs it."""
        self._start(self._one_of_few(work))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _still_asked(self, note: MarkAsked) -> bool:
        """After a standstill the topic is full of questions whose askers have given up long ago."""
        return abs(self._around.clock.system() - note.said_at) < _STALE

    async def _one_of_few(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._few:
            await self._logged(work)

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the control loop outlives what one note or hour led to
            self._log.warning("note not answered", error=type(error).__name__)


class _Lately:
    """What was answered a moment ago, so that many who ask the same are answered once."""

    def __init__(self, most: int = 10_000) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()
        self._most = most

    def first(self, what: str, seconds: float) -> bool:
        """True unless the same was asked less than `seconds` ago."""
        now = asyncio.get_running_loop().time()
        if self._until.get(what, 0.0) > now:
            return False
        self._until[what] = now + seconds
        self._until.move_to_end(what)
        if len(self._until) > self._most:
            self._until.popitem(last=False)
        return True
