"""How does a committed event reach the bus? The relay sends what is queued and deletes what was acknowledged.

One leader per service, by an advisory lock that dies with its connection. A crash at any instruction sends again what
was not deleted; nothing is lost, and the inbox drops what it has. Publishing is one call after the other, so the order
of each key holds; while a call is under way the leader deletes what the last one settled and reads what comes next.

A frozen leader loses its session after ten seconds, whatever it was doing (`idle_session_timeout` for one at rest,
`transaction_timeout` for one inside a statement); another takes over. Two that overlap for a moment only repeat events.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from asyncpg import Connection

from shenguan_contracts.envelope import CONTENT_TYPE

from . import db, logs, metrics
from .backoff import Backoff
from .bus.port import Acked, Bus, NotSent, Outcome, Record
from .relay_queue import Row, StuckKeys, depth, turn

LOCK = 5_368_001
"""The advisory lock of the leader; each service has a database of its own."""
_CHANNEL = "relay"
_POLL = 1.0
_BEAT = 3.0
_COUNT_EVERY = 10.0
_HEADERS = (("content-type", CONTENT_TYPE),)
_SESSION = {
    "application_name": "shenguan relay",
    "idle_session_timeout": "10s",
    "transaction_timeout": "10s",
    "lock_timeout": "5s",
    # What comes next is not kept waiting for a deletion to be on disk: one lost in a power cut sends an event again.
    "synchronous_commit": "off",
    # The excluded positions become a hash table only where the planner sees them.
    "plan_cache_mode": "force_custom_plan",
}

Connect = Callable[[], Awaitable[Connection]]


class Relay:
    """The relay of one service in one process; of several processes one leads, the others stand by."""

    def __init__(self, dsn: str, bus: Bus, topic: str, *, service: str, connect: Connect | None = None) -> None:
        """`connect` replaces the way to the database (a test that cuts it)."""
        self.leads = False
        self._connect = connect or (lambda: db.connect(dsn, **_SESSION))
        self._bus = bus
        self._topic = topic
        self._service = service
        self._woken = asyncio.Event()
        self._stopping = False
        self._away = Backoff(0.1, 1.0)
        self._failed = Backoff(0.1, 5.0)
        self._stuck = StuckKeys(lambda: asyncio.get_running_loop().time())
        self._counted = -_COUNT_EVERY
        self._pause = 0.0
        self._log = logs.log(service=service)

    def wake(self) -> None:
        """Something was committed in this process: send at once."""
        self._woken.set()

    def stop(self) -> None:
        """Finish what is in hand, delete what was acknowledged, give up the lead: `run` returns."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Send until stopped, whatever breaks meanwhile."""
        while not self._stopping:
            try:
                async with self._connection() as connection:
                    if await self._elected(connection):
                        await self._lead(connection)
            except Exception as error:  # noqa: BLE001 - the loop outlives whatever bus and database do
                self._log.warning("relay interrupted", error=type(error).__name__, exc_info=error)
                await self._nap(self._failed.next())
            finally:
                self._set_lead(False)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        connection = await self._connect()
        try:
            yield connection
            await connection.close(timeout=2)
        finally:
            connection.terminate()

    async def _elected(self, connection: Connection) -> bool:
        """Wait for the lead; a wake-up meant for the leader is passed on, many as one."""
        while not self._stopping:
            if await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
                return True
            if await self._nap(_POLL) and not self._stopping:
                await connection.execute(f"NOTIFY {_CHANNEL}")
        return False

    async def _lead(self, connection: Connection) -> None:
        self._set_lead(True)
        self._failed.reset()
        await connection.add_listener(_CHANNEL, lambda *_: self._woken.set())
        flying: list[Row] = []
        acked: list[int] = []
        while acked or flying or not self._stopping:
            flying, acked = await self._round(connection, flying, acked)
            if not flying and not acked and not self._stopping:
                await self._rest(connection)

    async def _round(
        self, connection: Connection, flying: Sequence[Row], acked: list[int]
    ) -> tuple[list[Row], list[int]]:
        """Send one batch; meanwhile delete what the last one settled and read what comes next."""
        async with self._sending(flying) as outcome:
            stuck = self._stuck.waiting()
            ahead = await turn(connection, acked, [row["pos"] for row in flying], stuck)
            settled = self._settle(flying, await _beating(outcome, connection))
        if self._stopping:
            return [], settled
        return [row for row in ahead if not self._stuck.holds(row["subject"])], settled

    @asynccontextmanager
    async def _sending(self, rows: Sequence[Row]) -> AsyncIterator[asyncio.Task[list[Outcome]]]:
        """Publish in the background; whatever happens meanwhile, no second call begins before this one has ended."""
        task = asyncio.create_task(self._publish(rows))
        try:
            yield task
        except Exception:
            await asyncio.wait({task})
            raise
        finally:
            task.cancel()

    async def _publish(self, rows: Sequence[Row]) -> list[Outcome]:
        if not rows:
            return []
        metrics.RELAY_BATCHES.labels(self._service).inc()
        return await self._bus.publish([self._record(row) for row in rows])

    def _record(self, row: Row) -> Record:
        return Record(self._topic, row["subject"].encode(), row["body"], _HEADERS)

    def _settle(self, rows: Sequence[Row], outcomes: Sequence[Outcome]) -> list[int]:
        """Note which keys must wait; returns the positions that were acknowledged."""
        acked = [row for row, outcome in zip(rows, outcomes, strict=True) if isinstance(outcome, Acked)]
        failed: dict[str, NotSent] = {}
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, NotSent):
                failed.setdefault(row["subject"], outcome)
        if acked:
            self._stuck.sent({row["subject"] for row in acked} - failed.keys())
            if self._away.tries:
                self._away.reset()
                self._stuck.free()
        for subject, outcome in failed.items():
            self._stuck.failed(subject, final=outcome.too_large)
        self._tell(len(rows), len(acked), failed)
        return [row["pos"] for row in acked]

    def _tell(self, sent: int, acked: int, failed: dict[str, NotSent]) -> None:
        metrics.RELAY_SENT.labels(self._service).inc(acked)
        metrics.RELAY_STUCK.labels(self._service).set(len(self._stuck))
        if failed:
            metrics.RELAY_FAILURES.labels(self._service).inc(sent - acked)
            subject, first = next(iter(failed.items()))
            self._log.warning("events not sent", events=sent - acked, stream=subject, why=first.reason)
        if failed and not acked and not all(outcome.too_large for outcome in failed.values()):
            self._pause = self._away.next()

    async def _rest(self, connection: Connection) -> None:
        """Nothing to send: wait for a wake-up, for a stuck key, or for the poll."""
        await self._count(connection)
        if self._pause:
            pause, self._pause = self._pause, 0.0
            await asyncio.sleep(pause)
        else:
            await self._nap(max(0.01, min(_POLL, self._stuck.next_due())))

    async def _nap(self, seconds: float) -> bool:
        """Wait; True if something was committed meanwhile."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        woken = self._woken.is_set()
        if not self._stopping:
            self._woken.clear()
        return woken

    async def _count(self, connection: Connection) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._counted >= _COUNT_EVERY:
            self._counted = now
            metrics.QUEUE_DEPTH.labels(self._service).set(await depth(connection))

    def _set_lead(self, leads: bool) -> None:
        self.leads = leads
        metrics.RELAY_LEADS.labels(self._service).set(leads)


async def _beating(outcome: asyncio.Task[list[Outcome]], connection: Connection) -> list[Outcome]:
    """Wait for the bus, and show the database meanwhile that we live."""
    while not outcome.done():
        await asyncio.wait({outcome}, timeout=_BEAT)
        if not outcome.done():
            await connection.execute("SELECT 1")
    return outcome.result()
