"""What only the Kafka bus has to show: how its topics are made, and what a refused batch does to the next."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shenguan_chassis.bus.kafka import KafkaBus
from shenguan_chassis.bus.port import Acked, NotSent, Record, Topic
from shenguan_chassis.testing.bus_readers import publish_all, take_until
from shenguan_chassis.testing.kafka import NativeKafka

pytestmark = pytest.mark.kafka


@pytest.fixture
def topic() -> str:
    return f"kafka.{uuid.uuid4().hex[:12]}"


@pytest.fixture
async def buses(native_kafka: NativeKafka) -> AsyncIterator[tuple[KafkaBus, KafkaBus]]:
    buses = KafkaBus(native_kafka.servers), KafkaBus(native_kafka.servers)
    for bus in buses:
        await bus.open()
    yield buses
    for bus in buses:
        await bus.close()


async def config_of(servers: str, topic: str) -> dict[str, str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
        return {entry[0]: entry[1] for answer in answers for resource in answer.resources for entry in resource[4]}
    finally:
        await admin.close()


async def set_config(servers: str, topic: str, **config: str) -> None:
    named = {name.replace("_", "."): value for name, value in config.items()}
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, named)])
    finally:
        await admin.close()
    # The controller has it; the broker that is asked next hears of it a moment later.
    async with asyncio.timeout(10):
        while not named.items() <= (await config_of(servers, topic)).items():
            continue


async def test_a_single_broker_forces_what_it_acks_to_disk_and_keeps_it_for_good(
    buses: tuple[KafkaBus, KafkaBus], native_kafka: NativeKafka, topic: str
) -> None:
    await buses[0].declare([Topic(topic)])

    config = await config_of(native_kafka.servers, topic)

    assert (config["flush.messages"], config["retention.ms"], config["min.insync.replicas"]) == ("1", "-1", "1")


async def test_a_topic_that_is_repaired_anyway_is_not_forced_to_disk(
    buses: tuple[KafkaBus, KafkaBus], native_kafka: NativeKafka, topic: str
) -> None:
    await buses[0].declare([Topic(topic, repaired=True)])

    config = await config_of(native_kafka.servers, topic)

    assert (config["flush.messages"], config["retention.ms"]) == (str(2**63 - 1), "-1")


async def test_a_new_declaration_moves_the_limits_and_keeps_what_an_operator_set(
    buses: tuple[KafkaBus, KafkaBus], native_kafka: NativeKafka, topic: str
) -> None:
    await buses[0].declare([Topic(topic, max_bytes=10_000)])
    before = await config_of(native_kafka.servers, topic)
    await set_config(native_kafka.servers, topic, segment_ms="7200000", max_message_bytes=before["max.message.bytes"])

    await buses[0].declare([Topic(topic, max_bytes=20_000)])

    after = await config_of(native_kafka.servers, topic)
    assert int(after["max.message.bytes"]) - int(before["max.message.bytes"]) == 10_000
    assert (after["segment.ms"], after["flush.messages"]) == ("7200000", "1")


async def test_a_batch_that_the_broker_refuses_poisons_nothing(buses: tuple[KafkaBus, KafkaBus], topic: str) -> None:
    late, early = buses
    await early.declare([Topic(topic, partitions=1, max_bytes=50_000)])
    await publish_all(late, [Record(topic, b"k", b"0")])
    await early.declare([Topic(topic, partitions=1, max_bytes=10_000)])

    refused = await late.publish([Record(topic, b"k", b"x" * 40_000)])
    known = await late.publish([Record(topic, b"k", b"x" * 40_000)])
    after = await late.publish([Record(topic, b"k", b"1")])

    assert isinstance(refused[0], NotSent)
    assert isinstance(known[0], NotSent)
    assert (refused[0].too_large, known[0].too_large) == (False, True)
    assert after == [Acked()]
    async with late.tail([topic], from_beginning=True) as tail:
        assert [r.value for r in await take_until(tail, [b"1"])] == [b"0", b"1"]
