"""What is a service while it runs? Its pool, bus, clocks and loops, started in order, stopped so nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from asyncpg import Pool

from shenguan_contracts.catalogue import CONTROL_TOPIC, topic_of
from shenguan_contracts.control import JournalSealed
from shenguan_contracts.envelope import urn

from . import db, logs
from .bus.port import Bus, BusUnavailable, Topic
from .clock import Clock
from .control import Control, Marks, Post, Surroundings
from .desk import Desk
from .http.rate import Buckets
from .identity.caller import Caller, service_itself
from .identity.verifier import TokenVerifier
from .inbox import Inbox, Listening
from .journal.head import HeadSigner, SignedHead, Statement
from .journal.renumbering import renumber
from .journal.sealer import Sealer
from .journal.sealing import Manner
from .kept import Partitions, make_partitions
from .keys import Keys
from .loops import Bell, Loops
from .pending import Written
from .reading import Read
from .relay import Relay
from .service import Service
from .settings import ServiceSettings
from .tx import Speaker

_APART = 0.05
"""Seconds: under load one commit follows the other, and a worker asks the database whenever it is woken."""


class Runtime:
    """One running service; `start` it before its doors open, `stop` it after they closed."""

    pool: Pool
    desk: Desk

    def __init__(
        self, service: Service, settings: ServiceSettings, *, bus: Bus, clock: Clock, verifier: TokenVerifier
    ) -> None:
        self.service = service
        self.settings = settings
        self.bus = bus
        self.clock = clock
        self.keys = Keys.read(settings.master_keys.get_secret_value(), service.name, settings.cipher)
        self.unmaskings = Buckets(settings.unmask_hourly / 3600, settings.unmask_hourly)
        self.speaker = Speaker(service.name, urn(settings.division, service.name))
        self.myself = service_itself(service.name)
        self.loops = Loops(service.name)
        self.bells: dict[str, Bell] = {}
        self._open = AsyncExitStack()
        self._verifier = verifier
        self._log = logs.log(service=service.name)

    async def start(self) -> None:
        """Open the pool, declare what this service speaks on, and let the loops run."""
        dsn = self.settings.database_url.get_secret_value()
        most, name = self.settings.connections, self.service.name
        self.pool = await db.pool(dsn, most=most, name=name, limits=self.settings)
        self._open.push_async_callback(self.pool.close)
        async with self.pool.acquire() as connection:
            # Before anything is said: a partition that is attached under traffic refuses what is on its way elsewhere.
            await make_partitions(connection, self.clock.system())
            await renumber(connection)
        names = dict.fromkeys((self.service.name, *self.service.hears))
        topics = [Topic(topic_of(name), self.settings.partitions, repaired=True) for name in names]
        await self.bus.declare([*topics, Topic(CONTROL_TOPIC, 1, repaired=True)])
        self.relay = Relay(dsn, self.bus, topic_of(self.service.name), service=self.service.name)
        self.post = Post(self.bus, self.speaker)
        self.control = Control(self.pool, self.bus, self._surroundings())
        hears, group = self.service.hears, self.service.name
        self.marks = Marks(self.bus, self.post, self.clock, hears=hears, group=group)
        self.sealer = Sealer(self.pool, self.clock, self._manner(), self._tell_head)
        self.desk = Desk(self.pool, self.clock, self.speaker, self.committed, self.keys)
        self.inbox = Inbox(dsn, self.bus, self._listening())
        self.loops.start("relay", self.relay.run, self.relay.stop)
        if self.service.hears:
            self.loops.start("inbox", self.inbox.run, self.inbox.stop)
        self.loops.start("control", self.control.run)
        self.loops.start("partitions", Partitions(partial(db.connect, dsn), self.clock).run)
        self.loops.start("sealer", self.sealer.run)
        for worker in self.service.workers:
            self.loops.start(worker.__module__.rpartition(".")[2], partial(worker, self))
        self._log.info("started")

    async def ready(self) -> dict[str, str]:
        """What it needs, and whether each is as it should be: `ok` or what is not."""
        return {
            "database": await _answers(self.pool.fetchval("SELECT 1")),
            "bus": await _answers(self.bus.ping()),
            "inbox": f"halted: {self.inbox.halted}" if self.inbox.halted else "ok",
            **{name: f"failing: {error}" for name, error in self.loops.failing.items()},
        }

    async def stop(self) -> None:
        """Finish what is in hand; what is queued is sent after the next start. Harmless after a start that failed."""
        await self.loops.stop()
        await self._open.aclose()
        self._log.info("stopped")

    def _manner(self) -> Manner:
        return Manner(self.speaker.urn, self.settings.journal_hash, HeadSigner(self.keys))

    async def _tell_head(self, signed: SignedHead) -> bool:
        """Let the others witness a head of the log; False if the bus is away."""
        statement = Statement.read(signed.text)
        note = JournalSealed(
            source=self.service.name,
            said_at=self.clock.system(),
            number=statement.last,
            head=statement.head().hex(),
            statement=signed.text,
            key=signed.key.hex(),
            signature=signed.signature.hex(),
        )
        try:
            await self.post.say(note)
        except BusUnavailable:
            return False
        return True

    def _listening(self) -> Listening:
        division, names = self.settings.division, self.service.hears
        return Listening(
            speaker=self.speaker,
            speakers={topic_of(name): urn(division, name) for name in names},
            reactions=self.service.reactions,
            clock=self.clock,
            group=self.service.name,
            instance=self.settings.instance,
            reacted=self.committed,
            doubted=self.control.doubt,
            ask=self.control.ask,
            keys=self.keys,
        )

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            post=self.post,
            clock=self.clock,
            hears=self.service.hears,
            group=self.service.name,
            spoken=self._spoken,
            leads=lambda: self.relay.leads,
        )

    def committed(self, written: Written) -> None:
        """What was written here may be work for the relay, the sealer and the workers that mind its kinds."""
        if written.said:
            self._spoken()
        for bell in self.bells.values():
            if not bell.minds.isdisjoint(written.kinds):
                bell.ring()

    def _spoken(self) -> None:
        self.relay.wake()
        self.sealer.bell.ring()

    def known(self, token: str) -> Caller | None:
        """The bearer of a token that was verified lately."""
        return self._verifier.cached(token)

    async def who(self, token: str) -> Caller:
        """The bearer of a token; raises Unauthenticated."""
        return self._verifier.cached(token) or await self._verifier.verify(token)

    @asynccontextmanager
    async def reading(self, caller: Caller | None) -> AsyncIterator[Read]:
        """A connection for views, over what the caller may see; without caller (a public door) over EVERYONE's."""
        scope = "" if caller is None else caller.scope
        async with self.pool.acquire() as connection:
            yield Read(connection, self.clock.legal(), caller, scope, self.keys)

    async def transact(self, decide: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """Run `decide(tx, *args)` as the service itself and commit it; on a conflict it is run again."""
        return await self.desk.transact(lambda tx: decide(tx, *args), self.myself)

    async def transact_holding(self, decide: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """The same in one transaction: what `decide` locks is held to the commit."""
        return await self.desk.transact_holding(lambda tx: decide(tx, *args), self.myself)

    def bell(self, name: str, *minds: type, apart: float = _APART) -> Bell:
        """The bell of a worker, by name. It rings when rows of the kinds that the worker `minds` were written here.

        Whoever makes other work for it rings. What another replica wrote, the worker finds when it looks by itself.
        """
        bell = self.bells.setdefault(name, Bell())
        if minds:
            bell.minds, bell.apart = frozenset(minds), apart
        return bell


async def _answers(question: Awaitable[Any]) -> str:
    try:
        async with asyncio.timeout(2):
            await question
    except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready
        return f"no answer: {type(error).__name__}"
    return "ok"
