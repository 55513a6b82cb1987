"""The contract of every bus: what is published, in which order it is taken, and where a group goes on."""

import asyncio
from itertools import groupby

import pytest

from shenguan_chassis.bus.partitioner import partition_of
from shenguan_chassis.bus.port import (
    Acked,
    Bus,
    BusUnavailable,
    GroupNotEmpty,
    NotSent,
    Received,
    Record,
    Topic,
    UnknownTopic,
    size_of,
)
from shenguan_chassis.testing.bus import BusHarness
from shenguan_chassis.testing.bus_readers import Opener, nothing_comes, publish_all, take_until


def numbered(topic: str, n: int, keys: int = 7, start: int = 0) -> list[Record]:
    return [Record(topic, b"key-%d" % (i % keys), b"%d" % i) for i in range(start, start + n)]


def values(records: list[Record]) -> list[bytes]:
    return [record.value for record in records]


def numbers_by_key(taken: list[Received]) -> dict[bytes, list[int]]:
    ordered = sorted(taken, key=lambda record: record.key)
    return {key: [int(r.value) for r in records] for key, records in groupby(ordered, key=lambda r: r.key)}


async def test_records_of_a_key_are_taken_in_the_order_in_which_they_were_published(
    bus: Bus, topic: str, group: str
) -> None:
    records = numbered(topic, 300)
    for start in range(0, 300, 60):
        await publish_all(bus, records[start : start + 60])

    async with bus.join(group, [topic]) as member:
        taken = await take_until(member, values(records))

    assert numbers_by_key(taken) == {b"key-%d" % k: list(range(k, 300, 7)) for k in range(7)}
    assert len(taken) == 300


async def test_a_key_lies_where_every_kafka_client_puts_it(bus: Bus, topic: str) -> None:
    records = numbered(topic, 50, keys=50)
    await publish_all(bus, records)

    async with bus.tail([topic], from_beginning=True) as tail:
        taken = await take_until(tail, values(records))

    assert {r.key: r.partition for r in taken} == {r.key: partition_of(r.key, 4) for r in records}


def test_the_partitioner_agrees_with_kafkas_own() -> None:
    # From the tests of Apache Kafka itself (UtilsTest.testMurmur2), made positive, of one million partitions.
    hashes = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536}

    assert {key: partition_of(key, 1_000_000) for key in hashes} == {
        key: (value & 0x7FFFFFFF) % 1_000_000 for key, value in hashes.items()
    }


async def test_two_publishers_at_once_keep_each_their_order_and_lose_nothing(opened: Opener, topic: str) -> None:
    first, second = await opened(), await opened()
    own = {0: numbered(topic, 200), 1: numbered(topic, 200, start=1_000)}

    async def publish(bus: Bus, records: list[Record]) -> None:
        for start in range(0, len(records), 20):
            await publish_all(bus, records[start : start + 20])

    await asyncio.gather(publish(first, own[0]), publish(second, own[1]))
    async with first.tail([topic], from_beginning=True) as tail:
        taken = await take_until(tail, values(own[0]) + values(own[1]))

    assert len(taken) == 400
    for key, numbers in numbers_by_key(taken).items():
        assert [n for n in numbers if n < 1_000] == [int(r.value) for r in own[0] if r.key == key]
        assert [n for n in numbers if n >= 1_000] == [int(r.value) for r in own[1] if r.key == key]


async def test_offsets_are_dense_and_ends_tell_the_next_one(opened: Opener, topic: str) -> None:
    buses = [await opened() for _ in range(4)]
    await asyncio.gather(*(publish_all(bus, numbered(topic, 50, start=100 * i)) for i, bus in enumerate(buses)))

    async with buses[0].tail([topic], from_beginning=True) as tail:
        taken = await take_until(tail, [b"%d" % (100 * i + n) for i in range(4) for n in range(50)])
    ends = await buses[0].ends([topic])

    for part in range(4):
        offsets = [r.offset for r in taken if r.partition == part]
        assert offsets == list(range(ends[topic, part]))


async def test_bytes_and_headers_come_back_as_they_went(bus: Bus, topic: str) -> None:
    headers = (("ce_type", b"x"), ("ce_type", b"\x00\xff"), ("主题", b""))
    await publish_all(bus, [Record(topic, b"\x00", b"\xff\x00", headers), Record(topic, b"k", b"")])

    async with bus.tail([topic], from_beginning=True) as tail:
        taken = {r.key: r for r in await take_until(tail, [b"\xff\x00", b""])}

    assert (taken[b"\x00"].value, taken[b"\x00"].headers) == (b"\xff\x00", headers)
    assert (taken[b"k"].value, taken[b"k"].headers) == (b"", ())


async def test_a_record_that_is_too_large_is_refused_with_its_followers_and_no_other(bus: Bus, topic: str) -> None:
    records = [Record(topic, b"a", b"1"), Record(topic, b"a", b"x" * 20_001), Record(topic, b"a", b"3")]
    records += [Record(topic, b"b", b"4")]

    outcomes = await bus.publish(records)
    again = await bus.publish([records[2]])

    assert outcomes[0] == Acked() == outcomes[3] == again[0]
    assert isinstance(outcomes[1], NotSent)
    assert outcomes[1].too_large
    assert isinstance(outcomes[2], NotSent)
    assert not outcomes[2].too_large
    async with bus.tail([topic], from_beginning=True) as tail:
        assert numbers_by_key(await take_until(tail, [b"1", b"3", b"4"])) == {b"a": [1, 3], b"b": [4]}


async def test_many_records_of_the_greatest_size_are_taken(bus: Bus, topic: str) -> None:
    head = Record(topic, b"key", b"", (("h", b"v"),))
    bodies = [b"%02d" % i + b"x" * (19_998 - size_of(head)) for i in range(60)]

    await publish_all(bus, [Record(topic, b"key", body, (("h", b"v"),)) for body in bodies])

    async with bus.tail([topic], from_beginning=True) as tail:
        assert [r.value for r in await take_until(tail, bodies)] == bodies


async def test_a_topic_that_nobody_declared_is_refused_and_not_made(bus: Bus, topic: str, group: str) -> None:
    stranger = f"{topic}.stranger"

    outcomes = await bus.publish([Record(stranger, b"k", b"1"), Record(topic, b"k", b"2")])

    assert isinstance(outcomes[0], NotSent)
    assert outcomes[1] == Acked()
    with pytest.raises(UnknownTopic):
        await bus.ends([stranger])
    with pytest.raises(UnknownTopic):
        async with bus.join(group, [stranger]):
            pass


async def test_what_was_done_is_not_taken_again_and_the_rest_is(bus: Bus, topic: str, group: str) -> None:
    await publish_all(bus, numbered(topic, 10, keys=1))
    async with bus.join(group, [topic]) as member:
        taken = await take_until(member, values(numbered(topic, 10)))
        await member.done(taken[:6])

    async with bus.join(group, [topic]) as member:
        again = await take_until(member, [b"9"])

    assert [r.value for r in again] == [b"6", b"7", b"8", b"9"]


async def test_each_group_takes_everything_from_the_beginning(bus: Bus, topic: str) -> None:
    await publish_all(bus, numbered(topic, 20))

    for group in ("one." + topic, "other." + topic):
        async with bus.join(group, [topic]) as member:
            taken = await take_until(member, values(numbered(topic, 20)))
            await member.done(taken)
            assert await nothing_comes(member)


async def test_positions_tell_what_a_group_has_done_and_leave_out_what_it_never_touched(
    bus: Bus, topic: str, group: str
) -> None:
    await publish_all(bus, numbered(topic, 5, keys=1))
    part = partition_of(b"key-0", 4)
    before = await bus.positions(group, [topic])
    async with bus.join(group, [topic]) as member:
        await member.done((await take_until(member, [b"4"]))[:3])

    assert before == {}
    assert await bus.positions(group, [topic]) == {(topic, part): 3}


async def test_done_may_come_in_any_order_and_twice(bus: Bus, topic: str, group: str) -> None:
    await publish_all(bus, numbered(topic, 4, keys=1))
    async with bus.join(group, [topic]) as member:
        taken = await take_until(member, [b"3"])
        await member.done(taken)
        await member.done(taken)
        await member.done([])

    async with bus.join(group, [topic]) as member:
        assert await nothing_comes(member)


async def test_a_rewound_group_starts_again_from_the_beginning(bus: Bus, topic: str, group: str) -> None:
    await publish_all(bus, numbered(topic, 20))
    async with bus.join(group, [topic]) as member:
        await member.done(await take_until(member, values(numbered(topic, 20))))

    await bus.rewind(group, [topic])

    async with bus.join(group, [topic]) as member:
        assert len(await take_until(member, values(numbered(topic, 20)))) == 20


async def test_a_group_with_members_is_not_rewound(bus: Bus, topic: str, group: str) -> None:
    await publish_all(bus, numbered(topic, 3, keys=1))
    async with bus.join(group, [topic]) as member:
        await member.done(await take_until(member, [b"2"]))

        with pytest.raises(GroupNotEmpty):
            await bus.rewind(group, [topic])

        assert await nothing_comes(member)


async def test_a_tail_shows_what_comes_from_now_on_and_leaves_no_trace(bus: Bus, topic: str) -> None:
    await publish_all(bus, [Record(topic, b"k", b"before")])

    async with bus.tail([topic]) as tail:
        await publish_all(bus, [Record(topic, b"k", b"after")])
        taken = await take_until(tail, [b"after"])

    assert [r.value for r in taken] == [b"after"]


async def test_take_waits_no_longer_than_it_must(bus: Bus, topic: str, group: str) -> None:
    loop = asyncio.get_running_loop()
    async with bus.join(group, [topic]) as member:
        began = loop.time()
        nothing = await member.take(wait=0.2)
        waited = loop.time() - began
        taking = asyncio.create_task(member.take(wait=20))
        await publish_all(bus, [Record(topic, b"k", b"1")])
        began = loop.time()
        taken = await taking

    assert nothing == []
    assert 0.15 < waited < 2
    assert [r.value for r in taken] == [b"1"]
    assert loop.time() - began < 5


async def test_take_returns_no_more_than_was_asked(bus: Bus, topic: str, group: str) -> None:
    await publish_all(bus, numbered(topic, 50))

    async with bus.join(group, [topic]) as member:
        taken = [await member.take(most=7) for _ in range(5)]

    assert max(len(records) for records in taken) <= 7


async def test_four_services_declare_the_same_topics_at_once(opened: Opener, topic: str) -> None:
    buses = [await opened() for _ in range(4)]
    topics = [Topic(f"{topic}.{i}", partitions=3) for i in range(5)]

    await asyncio.gather(*(bus.declare(topics) for bus in buses))

    assert set(await buses[0].ends([t.name for t in topics])) == {(t.name, part) for t in topics for part in range(3)}


async def test_partitions_are_added_and_never_taken_away(bus: Bus, topic: str, group: str) -> None:
    await bus.declare([Topic(topic, partitions=6)])
    await bus.declare([Topic(topic, partitions=2)])
    await publish_all(bus, numbered(topic, 60, keys=60))

    async with bus.join(group, [topic]) as member:
        taken = await take_until(member, values(numbered(topic, 60)))

    assert {r.partition for r in taken} == set(range(6))


async def test_a_bus_that_is_not_there_says_so(bus_harness: BusHarness) -> None:
    await bus_harness.stop()

    with pytest.raises(BusUnavailable):
        await bus_harness.bus().open()
