"""A service's database with only the chassis's tables, and a bus beside it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from shenguan_chassis.bus.embedded import EmbeddedBus
from shenguan_chassis.bus.port import Bus, Received, Topic
from shenguan_chassis.migrating import migrate
from shenguan_chassis.testing.postgres import Databases

TOPIC = "shenguan.approval.v1"


@dataclass
class Outbox:
    """A queue that a test fills, and the bus into which it drains."""

    dsn: str
    bus: Bus
    database: asyncpg.Connection

    async def queue(self, *events: tuple[str, str]) -> None:
        """Queue events as a commit would: subject and body."""
        await self.database.executemany(
            "INSERT INTO queue (subject, body) VALUES ($1, $2)", [(subject, body.encode()) for subject, body in events]
        )

    async def waiting(self) -> int:
        """How many events are queued."""
        return await self.database.fetchval("SELECT count(*) FROM queue")

    async def arrived(self, count: int) -> list[Received]:
        """The first `count` records of the topic."""
        taken: list[Received] = []
        async with self.bus.tail([TOPIC], from_beginning=True) as reader:
            while len(taken) < count:
                taken += await reader.take(wait=10)
        return taken


@pytest.fixture
async def outbox(databases: Databases, tmp_path: Path) -> AsyncIterator[Outbox]:
    async with AsyncExitStack() as stack:
        dsn = await databases.fresh("approval", lambda template: migrate(template, tmp_path))
        bus = EmbeddedBus(await databases.fresh("bus"))
        await bus.open()
        stack.push_async_callback(bus.close)
        await bus.declare([Topic(TOPIC, 2, max_bytes=2_000)])
        database = await asyncpg.connect(dsn)
        stack.push_async_callback(database.close)
        yield Outbox(dsn, bus, database)
