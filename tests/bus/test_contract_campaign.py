"""The contract of every bus under a campaign: members come, go and die at random while events flow."""

import asyncio
import random
from contextlib import AsyncExitStack

import pytest

from shenguan_chassis.bus.port import Acked, Bus, Record
from shenguan_chassis.testing.bus import BusHarness
from shenguan_chassis.testing.bus_readers import Crowd, Opener


class Traffic:
    """A publisher that sends again what was not acked, as the relay does, and knows what must arrive."""

    def __init__(self, bus: Bus, topic: str) -> None:
        self._bus = bus
        self._topic = topic
        self._next = 0
        self.acked: set[bytes] = set()

    async def flow(self, ended: asyncio.Event) -> None:
        """Publish small batches until told to end; every batch is repeated until it is acked."""
        while not ended.is_set():
            left = [self._record(n) for n in range(self._next, self._next + 20)]
            self._next += 20
            while left:
                outcomes = await self._bus.publish(left)
                self.acked |= {r.value for r, o in zip(left, outcomes, strict=True) if o == Acked()}
                left = [r for r, o in zip(left, outcomes, strict=True) if o != Acked()]
                await asyncio.sleep(0.02)

    def _record(self, n: int) -> Record:
        return Record(self._topic, b"key-%d" % (n % 16), b"%d" % n)


async def come_and_go(opened: Opener, crowd: Crowd, moves: int, chance: random.Random) -> None:
    """One member stays throughout; others join, stay a moment and leave."""
    buses = [await opened() for _ in range(3)]
    async with crowd.member(buses[0], "stays"):
        for move in range(moves):
            async with AsyncExitStack() as stack:
                for number in range(chance.randint(1, 3)):
                    bus = chance.choice(buses)
                    await stack.enter_async_context(crowd.member(bus, f"member-{move}-{number}"))
                await asyncio.sleep(chance.uniform(0.0, 0.4))  # allow test-sleeps: how long a member stays is the test


@pytest.mark.parametrize("moves", [3, pytest.param(25, marks=pytest.mark.whole)])
async def test_nothing_is_lost_and_nothing_held_twice_while_members_come_and_go(
    bus: Bus, opened: Opener, topic: str, group: str, moves: int
) -> None:
    crowd, traffic, ended = Crowd(group, topic), Traffic(bus, topic), asyncio.Event()

    flowing = asyncio.create_task(traffic.flow(ended))
    await come_and_go(opened, crowd, moves, random.Random(moves))
    ended.set()
    await flowing
    async with crowd.member(bus, "last"):
        await crowd.until(traffic.acked)

    assert crowd.conflicts == []


@pytest.mark.whole
async def test_nothing_acked_is_lost_while_the_bus_is_killed_again_and_again(
    bus_harness: BusHarness, bus: Bus, opened: Opener, topic: str, group: str
) -> None:
    crowd, traffic, ended = Crowd(group, topic), Traffic(bus, topic), asyncio.Event()
    second = await opened()

    flowing = asyncio.create_task(traffic.flow(ended))
    async with crowd.member(bus, "first"), crowd.member(second, "second"):
        for _ in range(4):
            before = len(crowd.values())
            await bus_harness.kill()
            await bus_harness.start()
            await crowd.until_more_than(before)
        ended.set()
        await flowing
        await crowd.until(traffic.acked, within=60)

    assert traffic.acked <= crowd.values()
