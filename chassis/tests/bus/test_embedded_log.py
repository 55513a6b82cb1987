"""What only the log in PostgreSQL has to show: retention, many appenders, a woken neighbour, a quiet rest."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from shenguan_chassis.bus.embedded import EmbeddedBus
from shenguan_chassis.bus.port import Acked, Record, Topic
from shenguan_chassis.testing.bus_readers import nothing_comes, publish_all, settled, take_until, until_sent
from shenguan_chassis.testing.postgres import Databases

AT_ONCE = timedelta(0)


@pytest.fixture
async def dsn(databases: Databases) -> str:
    return await databases.fresh("bus")


@pytest.fixture
async def bus(dsn: str) -> AsyncIterator[EmbeddedBus]:
    bus = EmbeddedBus(dsn)
    await bus.open()
    yield bus
    await bus.close()


def numbered(topic: str, *numbers: int) -> list[Record]:
    return [Record(topic, b"key", b"%d" % n) for n in numbers]


async def test_what_is_older_than_the_topic_keeps_goes_and_offsets_go_on(bus: EmbeddedBus) -> None:
    await bus.declare([Topic("short", partitions=1, keep_for=AT_ONCE), Topic("long", partitions=1)])
    await publish_all(bus, [*numbered("short", 0, 1, 2), *numbered("long", 0)])

    await bus.prune()
    await publish_all(bus, numbered("short", 3))

    async with bus.tail(["short", "long"], from_beginning=True) as tail:
        taken = await take_until(tail, [b"3", b"0"])
    assert sorted((r.topic, r.offset, r.value) for r in taken) == [("long", 0, b"0"), ("short", 3, b"3")]
    assert await bus.ends(["short"]) == {("short", 0): 4}


async def test_a_member_that_slept_through_the_retention_goes_on_and_doubts(bus: EmbeddedBus) -> None:
    await bus.declare([Topic("short", partitions=1, keep_for=AT_ONCE)])
    await publish_all(bus, numbered("short", 0))
    async with bus.join("readers", ["short"]) as member:
        await settled(member)
        await member.done(await take_until(member, [b"0"]))

        await publish_all(bus, numbered("short", 1, 2))
        await bus.prune()
        await publish_all(bus, numbered("short", 3))
        taken = [r for r in await take_until(member, [b"3"]) if r.value == b"3"]

        assert [r.offset for r in taken] == [3]
        await member.done(taken)
    assert await bus.positions("readers", ["short"]) == {("short", 0): 4}


async def test_eight_appenders_to_the_same_partitions_never_wait_for_each_other_in_a_circle(dsn: str) -> None:
    buses = [EmbeddedBus(dsn) for _ in range(8)]
    await asyncio.gather(*(bus.open() for bus in buses))
    topics = ["a", "b", "c"]
    await buses[0].declare([Topic(name, partitions=3) for name in topics])

    async def append(bus: EmbeddedBus, chance: random.Random) -> set[type]:
        kinds: set[type] = set()
        for n in range(25):
            records = [Record(chance.choice(topics), b"%d" % chance.randrange(30), b"%d" % n) for _ in range(30)]
            kinds.update(type(outcome) for outcome in await bus.publish(records))
        return kinds

    outcomes = await asyncio.gather(*(append(bus, random.Random(seed)) for seed, bus in enumerate(buses)))
    ends = await buses[0].ends(topics)
    await asyncio.gather(*(bus.close() for bus in buses))

    assert outcomes == [{Acked}] * 8
    assert sum(ends.values()) == 8 * 25 * 30


async def test_an_append_that_was_cut_off_leaves_no_hole(dsn: str, bus: EmbeddedBus) -> None:
    await bus.declare([Topic("t", partitions=1)])
    await publish_all(bus, numbered("t", 0))
    connection = await asyncpg.connect(dsn)
    cut_off = connection.transaction()
    await cut_off.start()
    await connection.execute("SELECT bus.append('{1}', '{0}', '{0}', '{k}', '{lost}', '{NULL}')")

    waiting = asyncio.create_task(publish_all(bus, numbered("t", 1)))
    await cut_off.rollback()
    await connection.close()
    await waiting

    async with bus.tail(["t"], from_beginning=True) as tail:
        assert [(r.offset, r.value) for r in await take_until(tail, [b"1"])] == [(0, b"0"), (1, b"1")]


async def test_a_neighbour_process_is_woken_and_does_not_wait_for_its_next_look(dsn: str, bus: EmbeddedBus) -> None:
    neighbour = EmbeddedBus(dsn)
    await neighbour.open()
    await bus.declare([Topic("t", partitions=1)])
    loop = asyncio.get_running_loop()
    delays = []
    async with neighbour.join("readers", ["t"]) as member:
        await settled(member)
        for n in range(20):
            taking = asyncio.create_task(member.take(wait=5))
            await asyncio.sleep(0)
            began = loop.time()
            await publish_all(bus, numbered("t", n))
            assert len(await taking) == 1
            delays.append(loop.time() - began)
    await neighbour.close()

    assert sorted(delays)[10] < 0.25, "half of them sooner than any look by the clock"


async def test_a_member_whose_connection_is_cut_goes_on_by_itself(dsn: str, bus: EmbeddedBus) -> None:
    await bus.declare([Topic("t", partitions=2)])
    administrator = await asyncpg.connect(dsn)
    async with bus.join("readers", ["t"]) as member:
        await settled(member)
        await publish_all(bus, numbered("t", 1))
        await member.done(await take_until(member, [b"1"]))

        await administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await until_sent(bus, numbered("t", 2))
        taken = await take_until(member, [b"2"])

        assert member.doubt()
        await member.done(taken)
        assert await nothing_comes(member)
    await administrator.close()
