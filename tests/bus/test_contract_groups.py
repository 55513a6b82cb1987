"""The contract of every bus: a group shares its partitions, whoever comes, goes or dies."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from shenguan_chassis.bus.port import Bus, Record
from shenguan_chassis.testing.bus import BusHarness
from shenguan_chassis.testing.bus_readers import Crowd, Opener, nothing_comes, publish_all, settled, take_until


@pytest.fixture
def crowd(topic: str, group: str) -> Crowd:
    return Crowd(group, topic)


def wave(topic: str, number: int, size: int = 200) -> list[Record]:
    return [Record(topic, b"key-%d" % (i % 16), b"%d" % i) for i in range(number * size, (number + 1) * size)]


def values(*waves: list[Record]) -> set[bytes]:
    return {record.value for records in waves for record in records}


def first_times(crowd: Crowd) -> dict[bytes, list[int]]:
    """Per key the numbers in the order in which they first took effect, member by member."""
    order: dict[bytes, list[int]] = {}
    for records in crowd.did.values():
        for record in records:
            order.setdefault(record.key, []).append(int(record.value))
    return order


async def test_four_members_share_the_partitions(opened: Opener, topic: str, crowd: Crowd) -> None:
    buses = [await opened() for _ in range(4)]
    async with AsyncExitStack() as stack:
        for number, bus in enumerate(buses):
            await stack.enter_async_context(crowd.member(bus, f"member-{number}"))
        sent: list[list[Record]] = []
        while not all(crowd.did.get(f"member-{number}") for number in range(4)):
            sent.append(wave(topic, len(sent)))
            await publish_all(buses[0], sent[-1])
            await crowd.until(values(*sent))

    assert crowd.conflicts == []
    assert crowd.values() == values(*sent)


async def test_a_member_that_joins_under_traffic_costs_no_record(opened: Opener, topic: str, crowd: Crowd) -> None:
    first, second = await opened(), await opened()
    async with crowd.member(first, "first"):
        await publish_all(first, wave(topic, 0))
        async with crowd.member(second, "second"):
            await publish_all(first, wave(topic, 1))
            await crowd.until(values(wave(topic, 0), wave(topic, 1)))

    assert crowd.conflicts == []


async def test_who_stays_takes_over_from_who_leaves(opened: Opener, topic: str, crowd: Crowd) -> None:
    first, second = await opened(), await opened()
    async with crowd.member(first, "first"):
        async with crowd.member(second, "second"):
            await publish_all(first, wave(topic, 0))
        await publish_all(first, wave(topic, 1))
        await crowd.until(values(wave(topic, 0), wave(topic, 1)))

    assert crowd.conflicts == []
    for numbers in first_times(crowd).values():
        assert len(numbers) == len(set(numbers)), "an orderly move repeats nothing"


async def test_more_members_than_partitions_do_no_harm(opened: Opener, topic: str, crowd: Crowd) -> None:
    buses = [await opened() for _ in range(6)]
    async with AsyncExitStack() as stack:
        for number, bus in enumerate(buses):
            await stack.enter_async_context(crowd.member(bus, f"member-{number}"))
        await publish_all(buses[0], wave(topic, 0))
        await crowd.until(values(wave(topic, 0)))

    assert crowd.conflicts == []


Starter = Callable[[], Awaitable[Process]]


@pytest.fixture
async def member_process(bus_harness: BusHarness, crowd: Crowd) -> AsyncIterator[Starter]:
    """Starts members in processes of their own."""
    started: list[Process] = []

    async def start() -> Process:
        command = [sys.executable, "-m", "shenguan_chassis.testing.bus_member", bus_harness.url]
        process = await asyncio.create_subprocess_exec(*command, crowd.group, crowd.topic, stdout=PIPE)
        started.append(process)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"joined\n"
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_what_a_killed_member_had_in_hand_comes_to_the_others(
    bus: Bus, topic: str, crowd: Crowd, member_process: Starter
) -> None:
    process = await member_process()
    assert process.stdout is not None
    await publish_all(bus, wave(topic, 0))
    done = {(await process.stdout.readline()).strip()}

    async with crowd.member(bus, "survivor"):
        process.kill()
        done |= set((await process.stdout.read()).split())
        await publish_all(bus, wave(topic, 1))
        await crowd.until(values(wave(topic, 0), wave(topic, 1)) - done, within=25)

    assert crowd.did["survivor"]


@pytest.mark.whole
async def test_a_frozen_member_loses_its_partitions_and_spoils_nothing_when_it_thaws(
    bus: Bus, topic: str, crowd: Crowd, member_process: Starter
) -> None:
    process = await member_process()
    assert process.stdout is not None
    await publish_all(bus, wave(topic, 0))
    await process.stdout.readline()

    async with crowd.member(bus, "survivor"):
        process.send_signal(signal.SIGSTOP)
        await publish_all(bus, wave(topic, 1))
        await crowd.until(values(wave(topic, 1)), within=60)
        process.send_signal(signal.SIGCONT)
        await publish_all(bus, wave(topic, 2))
        process.kill()
        done = set((await process.stdout.read()).split())
        await crowd.until(values(wave(topic, 2)) - done, within=25)

    assert crowd.conflicts == []


async def test_a_named_member_that_comes_back_at_once_goes_on_where_it_was(bus: Bus, topic: str, group: str) -> None:
    await publish_all(bus, wave(topic, 0))
    async with bus.join(group, [topic], instance="svc-1") as member:
        await member.done(await take_until(member, values(wave(topic, 0))))
    await publish_all(bus, wave(topic, 1))

    async with bus.join(group, [topic], instance="svc-1") as member:
        taken = await take_until(member, values(wave(topic, 1)), within=20)
        await member.done(taken)

        assert await nothing_comes(member)
    assert len(taken) == 200


async def test_a_member_doubts_once_when_it_gets_its_partitions(bus: Bus, topic: str, group: str) -> None:
    async with bus.join(group, [topic]) as member:
        await settled(member)
        await publish_all(bus, wave(topic, 0))
        await take_until(member, values(wave(topic, 0)))

        assert not member.doubt()


@pytest.mark.whole
async def test_a_member_that_works_long_keeps_its_partitions(opened: Opener, topic: str, group: str) -> None:
    bus = await opened()
    await publish_all(bus, wave(topic, 0, size=4))
    async with bus.join(group, [topic]) as member:
        taken = await take_until(member, values(wave(topic, 0, size=4)))
        await asyncio.sleep(12)  # allow test-sleeps: longer than any session time-out; it is the work that lasts
        await member.done(taken)

    async with bus.join(group, [topic]) as member:
        assert await nothing_comes(member)
