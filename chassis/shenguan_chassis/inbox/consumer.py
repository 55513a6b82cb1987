"""How does a service listen? It takes a batch, lets it take effect, says so, and looks again at what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from asyncpg import Connection

from .. import db
from ..backoff import Backoff
from ..bus.port import Bus, BusUnavailable, Member, Received
from . import ledger
from .ahead import Ahead
from .batch import Ask, Tally
from .effect import Effects, Manner, Work
from .faults import contended, lost, ours
from .halting import Halted, Halting
from .hearing import Heard, Unreadable, hear
from .listening import Listening
from .meaning import Reader
from .report import Report
from .streams import Why

_MOST = 500
_POLL = 1.0
_MEASURE_EVERY = 10.0
_SESSION = {
    "application_name": "shenguan inbox",
    # A frozen member must not block its successor for longer than this.
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "5s",
    "transaction_timeout": "30s",
}
Connect = Callable[[], Awaitable[Connection]]
T = TypeVar("T")


class Inbox:
    """The consumer of one service in one process. `halted` names the type that fails everywhere."""

    def __init__(self, dsn: str, bus: Bus, listening: Listening, *, connect: Connect | None = None) -> None:
        """`connect` replaces the way to the database (a test that cuts it)."""
        self.halted: str | None = None
        self._listening = listening
        self._bus = bus
        self._connect = connect or (lambda: db.connect(dsn, **_SESSION))
        self._connection: Connection | None = None
        self._reader = Reader(listening.reactions)
        self._effects = Effects(self._reader, listening, Halting())
        self._stopping = asyncio.Event()
        self._pause = Backoff(0.05, 10.0)
        self._measured = -_MEASURE_EVERY
        self._missing: list[Ask] = []
        self._foreseen: tuple[Sequence[Received], Work] = (), Work()
        self._report = Report(listening.speaker.service)

    def stop(self) -> None:
        """Finish the batch in hand; `run` returns."""
        self._stopping.set()

    async def run(self) -> None:
        """Listen until stopped. Raises BusUnavailable on joining, and what is a fault of the inbox itself."""
        topics = list(self._listening.speakers)
        try:
            await self.begin()
            joined = self._bus.join(self._listening.group, topics, instance=self._listening.instance)
            async with joined as member, Ahead(member, self._foresee) as ahead:
                while not self._stopping.is_set():
                    await self.round(ahead)
            if self._connection is not None:
                await self._connection.close(timeout=2)
        finally:
            self.hang_up()

    async def round(self, member: Member) -> None:
        """Take what is there, let it take effect, and look again at what is due."""
        due = await self._tell(ledger.next_due, None)
        taken = await self._taken(member, self._until(due))
        if taken:
            if not await self.take_effect(taken):
                return
            await member.done(taken)
        if self._until(due) <= 0:
            await self.look_again()
        if member.doubt():
            self._listening.doubted()
        await self._measure()

    async def _taken(self, member: Member, wait: float) -> Sequence[Received]:
        """What the bus has, nothing after the wait; a stop ends the wait: what is not done comes again."""
        taking = asyncio.ensure_future(member.take(_MOST, wait))
        stopped = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({taking, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return taking.result() if taking.done() else ()
        finally:
            taking.cancel()
            stopped.cancel()

    async def take_effect(self, taken: Sequence[Received]) -> bool:
        """Let records take effect, however often it takes; False if stopped before."""
        foreseen, work = self._foreseen
        if foreseen is not taken:
            work = self._read(taken)
        self._report.kept_aside(work.unreadable)
        return await self._until_done(work)

    def _foresee(self, taken: Sequence[Received]) -> None:
        """Read what will be asked for next: what it means to this service changes with nothing."""
        self._foreseen = taken, self._read(taken)

    def _read(self, taken: Sequence[Received]) -> Work:
        heard, unreadable = [], []
        for record in taken:
            match hear(record, self._listening.speakers):
                case Heard() as event:
                    heard.append((event, self._reader.read(event)))
                case Unreadable() as message:
                    unreadable.append(message)
        return Work(heard, unreadable)

    async def _until_done(self, work: Work) -> bool:
        conflicts = 0
        while not self._stopping.is_set():
            try:
                self._committed(await self._once(work, conflicts))
            except Halted as halted:
                self._halt(halted.type)
            except Exception as error:
                if not ours(error):
                    raise
                self._again(error)
                conflicts += contended(error)
                if conflicts >= 3 and len(work.heard) > 1:
                    return all([await self._until_done(half) for half in work.halves()])
            else:
                return True
            await self._rest(self._pause.next())
        return False

    async def _once(self, work: Work, conflicts: int) -> Tally:
        """As a whole; if something in it fails, each event by itself."""
        locking, blame = conflicts > 0, conflicts >= 6
        connection = await self._connected()
        try:
            return await self._effects.take(connection, work, Manner(locking=locking))
        except Exception as error:
            if isinstance(error, Halted) or (ours(error) and not blame):
                raise
            self._report.one_by_one(error)
        return await self._effects.take(connection, work, Manner(careful=True, locking=locking, blame=blame))

    def _committed(self, tally: Tally) -> None:
        self._pause.reset()
        self._halt(None)
        self._report.committed(tally)
        if tally.reacted:
            self._listening.reacted(tally.written)
        self._missing += tally.asks

    def _again(self, error: Exception) -> None:
        self._report.again(error)
        if lost(error):
            self.hang_up()

    def _halt(self, type_: str | None) -> None:
        if type_ != self.halted:
            self.halted = type_
            self._report.halted(type_)

    async def look_again(self) -> None:
        """Try again what is due; what is missing is asked for."""
        now = self._listening.clock.system()
        nothing: list[UUID] = []
        due = await self._tell(lambda connection: ledger.due_streams(connection, now), nothing)
        if due:
            await self._until_done(Work(due=due))
        missing, self._missing = self._missing, []
        if missing:
            await self._ask_for(missing)

    async def _ask_for(self, missing: Sequence[Ask]) -> None:
        """Alarm once a hole, ask each time; an ask that a bus lost is followed by the next."""
        self._report.missing(missing)
        with suppress(BusUnavailable):
            await self._listening.ask(missing)

    async def _tell(self, question: Callable[[Connection], Awaitable[T]], otherwise: T) -> T:
        """What the database answers, or `otherwise` while it is away."""
        try:
            return await question(await self._connected())
        except Exception as error:
            if not ours(error):
                raise
            self._again(error)
            return otherwise

    def _until(self, due: datetime | None) -> float:
        """Seconds until something parked is due, at most the poll's."""
        if due is None:
            return _POLL
        return min(_POLL, max(0.0, (due - self._listening.clock.system()) / timedelta(seconds=1)))

    async def begin(self) -> None:
        """What waited for an upgrade is tried again: this may be it."""
        await ledger.try_newer_again(await self._connected(), self._listening.clock.system())

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        return self._connection

    def hang_up(self) -> None:
        """Close the connection; the next need opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _measure(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._measured < _MEASURE_EVERY:
            return
        self._measured = now
        unknown: dict[Why, int] = {}
        self._report.parked(await self._tell(ledger.parked_by_reason, unknown))
        with suppress(BusUnavailable):
            self._report.lag(await self._lag())

    async def _lag(self) -> int:
        topics = list(self._listening.speakers)
        done = await self._bus.positions(self._listening.group, topics)
        return sum(end - done.get(place, 0) for place, end in (await self._bus.ends(topics)).items())
