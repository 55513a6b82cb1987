"""How does one test run against every bus, and put each under the same faults?"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import asyncpg

from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.bus.kafka_settings import KafkaSettings
from shenguan_chassis.bus.port import Bus
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.testing.kafka import NativeKafka


class BusHarness(Protocol):
    """A bus that a test may stop, kill and damage. It runs when the test begins, and again when it ends."""

    @property
    def url(self) -> str:
        """What `bus_from` makes this bus of, also in another process."""
        ...

    def bus(self) -> Bus:
        """Make a new bus object, not opened: a process of its own, as far as the bus can tell."""
        ...

    async def stop(self) -> None:
        """Stop what carries the bus, as an operator does; harmless when it is stopped."""
        ...

    async def kill(self) -> None:
        """Kill it between any two instructions (kill -9)."""
        ...

    async def start(self) -> None:
        """Start it again; harmless when it runs."""
        ...

    async def lose_tail(self, topic: str, n: int) -> None:
        """While stopped: let every partition of the topic lose its last `n` records, as a power cut may."""
        ...


class EmbeddedHarness:
    """The log in a PostgreSQL server, shared by the tests of a session: they name their topics and groups apart."""

    def __init__(self, server: EmbeddedPostgres, database: str, url: str) -> None:
        self._server = server
        self._database = database
        self._losses: list[tuple[str, int]] = []
        self._stopped = False
        self.url = url

    def bus(self) -> Bus:
        """See `BusHarness.bus`."""
        return bus_from(self.url)

    async def stop(self) -> None:
        """See `BusHarness.stop`."""
        await asyncio.to_thread(self._server.stop)
        self._stopped = True

    async def kill(self) -> None:
        """See `BusHarness.kill`."""
        os.kill(self._server.pid, signal.SIGKILL)
        await self.stop()

    async def start(self) -> None:
        """See `BusHarness.start`. Whoever connects before the loss is applied is cut off again."""
        if self._stopped:
            await asyncio.to_thread(self._server.start)
            self._stopped = False
        losses, self._losses = self._losses, []
        if losses:
            connection = await asyncpg.connect(self._server.dsn(self._database))
            try:
                for topic, n in losses:
                    await connection.execute(_LOSE, topic, n)
                await connection.execute(_CUT_OFF)
            finally:
                await connection.close()

    async def lose_tail(self, topic: str, n: int) -> None:
        """See `BusHarness.lose_tail`."""
        self._losses.append((topic, n))


_LOSE = """
WITH cut AS (
    UPDATE bus.counter c SET next = GREATEST(c.low, c.next - $2::int)
      FROM bus.topic t WHERE t.number = c.topic AND t.name = $1
    RETURNING c.topic, c.part, c.next
)
DELETE FROM bus.record r USING cut WHERE r.topic = cut.topic AND r.part = cut.part AND r.off >= cut.next
"""
_CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class KafkaHarness:
    """A broker of our own, shared like the embedded log."""

    def __init__(self, broker: NativeKafka) -> None:
        self._broker = broker
        self.url = f"kafka://{broker.servers}"

    def bus(self) -> Bus:
        """See `BusHarness.bus`."""
        return bus_from(self.url, KafkaSettings(answer_within=4.0))

    async def stop(self) -> None:
        """See `BusHarness.stop`."""
        await asyncio.to_thread(self._broker.stop)

    async def kill(self) -> None:
        """See `BusHarness.kill`."""
        await asyncio.to_thread(self._broker.kill9)

    async def start(self) -> None:
        """See `BusHarness.start`."""
        await asyncio.to_thread(self._broker.start)

    async def lose_tail(self, topic: str, n: int) -> None:
        """See `BusHarness.lose_tail`."""
        await asyncio.to_thread(self._broker.lose_tail, topic, n)


@asynccontextmanager
async def embedded_harness(server: EmbeddedPostgres) -> AsyncIterator[BusHarness]:
    """Give a test the embedded bus, and leave the server running after it."""
    harness = EmbeddedHarness(server, "bus", await server.create_database("bus", "bus"))
    try:
        yield harness
    finally:
        await harness.start()


@asynccontextmanager
async def kafka_harness(broker: NativeKafka) -> AsyncIterator[BusHarness]:
    """Give a test the Kafka bus, and leave the broker running after it."""
    harness = KafkaHarness(broker)
    try:
        yield harness
    finally:
        await harness.start()
