"""From one service's queue to the other's effect, over every real bus and through its faults: all of it, once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest

from shenguan_chassis.bus.port import Bus, Topic
from shenguan_chassis.ids import new_id, stream_key
from shenguan_chassis.inbox import Ask, Inbox, Listening
from shenguan_chassis.kept import resend
from shenguan_chassis.relay import Relay
from shenguan_chassis.testing.bus import BusHarness
from shenguan_chassis.testing.ear import DIVISION, Ear, Hands, lay_out, line, reaction, write_line
from shenguan_chassis.testing.postgres import Databases
from shenguan_chassis.tx import Speaker
from shenguan_contracts.approval import UnlistedPowerAttempted
from shenguan_contracts.envelope import urn

STREAMS = [f"s{number}" for number in range(8)]
SAY = """
WITH e AS (INSERT INTO event VALUES ($1, $2, now(), $3, 'type', $4)) INSERT INTO queue (subject, body) VALUES ($3, $4)
"""


@dataclass
class Route:
    """A speaker's queue, a bus, and a listener's ear."""

    speaker: asyncpg.Connection
    speaker_dsn: str
    ear: Ear
    topic: str
    said: dict[str, list[str]] = field(default_factory=dict)

    async def say(self, count: int) -> None:
        """Commit so many events of each stream."""
        for stream in STREAMS:
            for _ in range(count):
                texts = self.said.setdefault(stream, [])
                texts.append(str(len(texts) + 1))
                record = self.ear.record(line(stream, texts[-1]), len(texts))
                subject = line(stream, "").subject
                await self.speaker.execute(SAY, stream_key("approval", subject), len(texts), subject, record.value)

    @asynccontextmanager
    async def running(self, bus: Bus) -> AsyncIterator[None]:
        """Relay and inbox run, each restarted when the bus throws it out."""
        relay = Relay(self.speaker_dsn, bus, self.topic, service="approval")

        async def answer(asks: Sequence[Ask]) -> None:
            for ask in asks:
                await resend(self.speaker, stream_key("approval", ask.subject), ask.first, ask.last)
            relay.wake()

        inbox = Inbox(
            self.ear.dsn,
            bus,
            Listening(
                speaker=Speaker("supervision", urn(DIVISION, "supervision")),
                speakers={self.topic: urn(DIVISION, "approval")},
                reactions=reaction(write_line, UnlistedPowerAttempted),
                clock=self.ear.clock,
                group=self.topic,
                ask=answer,
            ),
        )
        tasks = [asyncio.create_task(_kept_alive(loop.run)) for loop in (relay, inbox)]
        try:
            yield
        finally:
            relay.stop()
            inbox.stop()
            await asyncio.wait(tasks, timeout=15)

    async def heard(self) -> None:
        """Wait until the listener has written down all that was said, each once and in order."""
        async with asyncio.timeout(60):
            while {stream: await self.ear.lines(stream) for stream in STREAMS} != self.said:
                await asyncio.sleep(0.05)
                self.ear.clock.forward(seconds=0.05)


async def _kept_alive(run: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            return await run()
        except Exception:  # noqa: BLE001 - as `Loops` does
            await asyncio.sleep(0.2)  # allow test-sleeps: the pause of the loop that is imitated


@pytest.fixture
async def route(databases: Databases, tmp_path: Path) -> AsyncIterator[Route]:
    dsns = [await databases.fresh(name, lambda t: lay_out(t, tmp_path)) for name in ("approval", "supervision")]
    ear = Ear(dsns[1], await asyncpg.connect(dsns[1]), Hands())
    ear.listens(reaction(write_line, UnlistedPowerAttempted))
    made = Route(await asyncpg.connect(dsns[0]), dsns[0], ear, f"route-{new_id()}")
    yield made
    await made.speaker.close()
    await ear.close()


async def test_what_is_queued_takes_effect_once_and_in_order(route: Route, bus_harness: BusHarness) -> None:
    bus = bus_harness.bus()
    await bus.open()
    await bus.declare([Topic(route.topic, 3)])
    async with route.running(bus):
        await route.say(10)
        await route.heard()

    assert await route.speaker.fetchval("SELECT count(*) FROM queue") == 0
    await bus.close()


async def test_a_bus_that_is_killed_under_load_costs_no_event_and_doubles_no_effect(
    route: Route, bus_harness: BusHarness
) -> None:
    bus = bus_harness.bus()
    await bus.open()
    await bus.declare([Topic(route.topic, 3)])
    async with route.running(bus):
        await route.say(10)
        await bus_harness.kill()
        await route.say(10)
        await bus_harness.start()
        await route.heard()
    await bus.close()


async def test_a_bus_that_lost_its_tail_is_noticed_by_the_numbers_and_mended(
    route: Route, bus_harness: BusHarness
) -> None:
    """New events take the offsets of the lost ones: no bus tells, the numbers of the streams do."""
    bus = bus_harness.bus()
    await bus.open()
    await bus.declare([Topic(route.topic, 1)])
    await route.say(3)
    relay = Relay(route.speaker_dsn, bus, route.topic, service="approval")
    sending = asyncio.create_task(relay.run())
    while await route.speaker.fetchval("SELECT EXISTS (SELECT FROM queue)"):  # noqa: ASYNC110 - it waits for rows
        await asyncio.sleep(0.02)
    relay.stop()
    await sending
    await bus.close()

    await bus_harness.stop()
    await bus_harness.lose_tail(route.topic, 5)
    await bus_harness.start()
    again = bus_harness.bus()
    await again.open()
    async with route.running(again):
        await route.say(1)
        await route.heard()
    await again.close()
