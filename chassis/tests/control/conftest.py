"""Two houses on one bus: approval speaks, supervision listens; each has its database, relay, inbox and control."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest

from shenguan_chassis import db
from shenguan_chassis.bus.embedded import EmbeddedBus
from shenguan_chassis.bus.port import Bus, Topic
from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.control import Control, Marks, Post, Surroundings
from shenguan_chassis.ids import stream_key
from shenguan_chassis.inbox import Inbox, Listening
from shenguan_chassis.relay import Relay
from shenguan_chassis.testing.ear import DIVISION, lay_out, line, reaction, write_line
from shenguan_chassis.testing.postgres import Databases
from shenguan_chassis.tx import Speaker
from shenguan_contracts.approval import UnlistedPowerAttempted
from shenguan_contracts.catalogue import CONTROL_TOPIC, topic_of
from shenguan_contracts.envelope import encode, urn
from shenguan_contracts.event import type_of


@dataclass
class District:
    """Both houses, running."""

    bus: Bus
    clock: SandboxClock
    speaker: asyncpg.Pool
    listener: asyncpg.Pool
    relay: Relay
    owner: Control
    asker: Control
    marks: Marks
    spoken: dict[str, int] = field(default_factory=dict)

    async def say(self, stream: str, *texts: str, queued: bool = True) -> str:
        """Commit events of a stream: kept, and queued unless the bus is to lose them; returns the subject."""
        for text in texts:
            event = line(stream, text)
            number = self.spoken[stream] = self.spoken.get(stream, 0) + 1
            body = encode(event, source=urn(DIVISION, "approval"), sequence=number, time=self.clock.legal())
            async with self.speaker.acquire() as connection, connection.transaction():
                await connection.execute(
                    "INSERT INTO event VALUES ($1, $2, now(), $3, $4, $5)",
                    stream_key("approval", event.subject),
                    number,
                    event.subject,
                    type_of(type(event)),
                    body,
                )
                if queued:
                    await connection.execute("INSERT INTO queue (subject, body) VALUES ($1, $2)", event.subject, body)
        self.relay.wake()
        return line(stream, "").subject

    async def lines(self, stream: str) -> list[str]:
        """What the listener wrote down of a stream."""
        found = await self.listener.fetchval("SELECT lines FROM books WHERE id = $1", line(stream, "").stream_id)
        return found or []

    async def until(self, stream: str, *texts: str) -> None:
        """Wait until the listener has written exactly this down."""
        async with asyncio.timeout(20):
            while await self.lines(stream) != list(texts):  # noqa: ASYNC110 - it waits for a row
                await asyncio.sleep(0.02)


def surroundings_of(bus: Bus, clock: SandboxClock, service: str, hears: tuple[str, ...], relay: Relay) -> Surroundings:
    return Surroundings(
        post=Post(bus, Speaker(service, urn(DIVISION, service))),
        clock=clock,
        hears=hears,
        group=service,
        spoken=relay.wake,
        leads=lambda: True,
    )


@pytest.fixture
async def open_district(databases: Databases, tmp_path: Path) -> AsyncIterator[Callable]:
    async with AsyncExitStack() as stack:

        async def opened() -> District:
            dsns = {
                name: await databases.fresh(name, lambda t: lay_out(t, tmp_path))
                for name in ("approval", "supervision")
            }
            pools = {
                name: await stack.enter_async_context(await db.pool(dsn, most=8, name=name))
                for name, dsn in dsns.items()
            }
            bus = EmbeddedBus(await databases.fresh("bus"))
            await bus.open()
            stack.push_async_callback(bus.close)
            await bus.declare([Topic(topic_of("approval"), 2), Topic(CONTROL_TOPIC, 1)])
            clock = SandboxClock()
            relay = Relay(dsns["approval"], bus, topic_of("approval"), service="approval")
            owner = Control(pools["approval"], bus, surroundings_of(bus, clock, "approval", (), relay))
            mine = surroundings_of(bus, clock, "supervision", ("approval",), relay)
            asker = Control(pools["supervision"], bus, mine)
            inbox = Inbox(
                dsns["supervision"],
                bus,
                Listening(
                    speaker=Speaker("supervision", urn(DIVISION, "supervision")),
                    speakers={topic_of("approval"): urn(DIVISION, "approval")},
                    reactions=reaction(write_line, UnlistedPowerAttempted),
                    clock=clock,
                    group="supervision",
                    ask=asker.ask,
                    doubted=asker.doubt,
                ),
            )
            for loop in (relay, inbox):
                stack.push_async_callback(_finish, asyncio.create_task(loop.run()), loop.stop)
            for control in (owner, asker):
                task = asyncio.create_task(control.run())
                stack.push_async_callback(_finish, task, task.cancel)
            marks = Marks(bus, mine.post, clock, hears=("approval",), group="supervision")
            return District(bus, clock, pools["approval"], pools["supervision"], relay, owner, asker, marks)

        yield opened


async def _finish(task: asyncio.Task, end: Callable[[], object]) -> None:
    end()
    await asyncio.wait({task}, timeout=10)
    if not task.cancelled() and task.exception() is not None:
        raise task.exception()
