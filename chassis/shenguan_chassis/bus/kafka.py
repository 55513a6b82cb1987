"""What is the bus of a city? Apache Kafka, spoken to directly (see `port` for what it promises)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError, GroupIdNotFound, UnknownMemberIdError, for_code

from shenguan_chassis.bus.admission import Call
from shenguan_chassis.bus.kafka_link import LINK_ERRORS, Cluster, bus_errors
from shenguan_chassis.bus.kafka_member import KafkaMember
from shenguan_chassis.bus.kafka_sender import KafkaSender
from shenguan_chassis.bus.kafka_settings import KafkaSettings
from shenguan_chassis.bus.kafka_topics import KafkaTopics
from shenguan_chassis.bus.port import (
    BusUnavailable,
    GroupNotEmpty,
    Member,
    Offsets,
    Outcome,
    Reader,
    Received,
    Record,
    Topic,
)

_PING_WITHIN = 3.0
_NOBODY = ("Empty", "Dead")
_CLOCK = Topic("shenguan.clock.v1", partitions=1, keep_for=timedelta(hours=1), repaired=True, stamped=True)
"""Kafka tells its time only by dating a record. This topic carries nothing else, and nobody reads it."""


class KafkaBus:
    """The cluster at `servers` ("host:port,host:port"): idempotent producer, acks=all, explicit commits."""

    def __init__(self, servers: str, settings: KafkaSettings | None = None) -> None:
        self._cluster = Cluster(servers, settings or KafkaSettings())
        self._topics = KafkaTopics(self._cluster)
        self._sender = KafkaSender(self._cluster)

    async def open(self) -> None:
        """See `port.Bus.open`."""
        async with self._cluster.admin() as admin:
            await admin.describe_cluster()

    async def close(self) -> None:
        """See `port.Bus.close`."""
        await self._sender.close()

    async def declare(self, topics: Sequence[Topic]) -> None:
        """See `port.Bus.declare`."""
        await self._topics.declare(topics)
        # A producer made before knows the partitions as they were.
        self._sender.renew()

    async def publish(self, records: Sequence[Record]) -> list[Outcome]:
        """See `port.Bus.publish`."""
        call = Call(records)
        with suppress(BusUnavailable):
            await self._topics.know(list({record.topic for record in records}))
        indexes = call.admit(self._topics.shapes)
        if indexes:
            await self._sender.send(call, indexes, {name: s.max_bytes for name, s in self._topics.shapes.items()})
            self._topics.forget(self._sender.outgrown)
        return call.in_order()

    @asynccontextmanager
    async def join(self, group: str, topics: Sequence[str], *, instance: str | None = None) -> AsyncIterator[Member]:
        """See `port.Bus.join`. An `instance` is Kafka's static membership: its partitions wait for its return."""
        await self._topics.places(topics)
        member = KafkaMember(self._cluster, group, topics, instance)
        with bus_errors():
            await member.enter()
        try:
            yield member
        finally:
            await member.leave()

    @asynccontextmanager
    async def tail(self, topics: Sequence[str], *, from_beginning: bool = False) -> AsyncIterator[Reader]:
        """See `port.Bus.tail`."""
        places = await self._topics.places(topics)
        async with self._cluster.observer(None, places) as consumer:
            starts = await (consumer.beginning_offsets if from_beginning else consumer.end_offsets)(places)
            for place, offset in starts.items():
                consumer.seek(place, offset)
            yield KafkaTail(consumer)

    async def ends(self, topics: Sequence[str]) -> Offsets:
        """See `port.Bus.ends`."""
        places = await self._topics.places(topics)
        async with self._cluster.observer(None, places) as consumer:
            return _offsets(await consumer.end_offsets(places))

    async def positions(self, group: str, topics: Sequence[str]) -> Offsets:
        """See `port.Bus.positions`."""
        places = await self._topics.places(topics)
        async with self._cluster.admin() as admin:
            found = await admin.list_consumer_group_offsets(group, partitions=places)
        return _offsets({place: at.offset for place, at in found.items() if at.offset >= 0})

    async def rewind(self, group: str, topics: Sequence[str]) -> None:
        """See `port.Bus.rewind`."""
        places = await self._topics.places(topics)
        async with self._cluster.admin() as admin:
            if await _state(admin, group) not in _NOBODY:
                raise GroupNotEmpty(f"the group {group} has members")
        async with self._cluster.observer(group, places) as consumer:
            try:
                await consumer.commit(await consumer.beginning_offsets(places))
            except (CommitFailedError, UnknownMemberIdError) as error:
                raise GroupNotEmpty(f"the group {group} has members") from error

    async def now(self) -> datetime:
        """See `port.Bus.now`: how the leader of a topic of its own dates an empty record."""
        if _CLOCK.name not in self._topics.shapes:
            await self.declare([_CLOCK])
        with bus_errors():
            return datetime.fromtimestamp(await self._sender.stamped(_CLOCK.name) / 1_000, UTC)

    async def ping(self) -> None:
        """See `port.Bus.ping`."""
        async with self._cluster.admin(within=_PING_WITHIN) as admin:
            await admin.describe_cluster()


class KafkaTail:
    """A reader of fixed partitions without a group."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def take(self, most: int = 500, wait: float = 1.0) -> Sequence[Received]:
        """See `port.Reader.take`."""
        try:
            found = await self._consumer.getmany(timeout_ms=int(wait * 1000), max_records=most)
        except LINK_ERRORS:
            await asyncio.sleep(min(wait, 0.5))
            return []
        return [
            Received(r.topic, r.partition, r.offset, r.key or b"", r.value or b"", tuple(r.headers))
            for records in found.values()
            for r in records
        ]


def _offsets(found: dict[TopicPartition, int]) -> Offsets:
    return {(place.topic, place.partition): offset for place, offset in found.items()}


async def _state(admin: AIOKafkaAdminClient, group: str) -> str:
    """The group's state; after its coordinator was restarted it reads the groups first, and is asked again."""
    while True:
        answers = await admin.describe_consumer_groups([group])
        code, _, state = next(found for answer in answers for found in answer.groups)[:3]
        error = for_code(code)
        if not code or error is GroupIdNotFound:
            return str(state or "Dead")
        if not error.retriable:
            raise error(group)
        await asyncio.sleep(0.1)
