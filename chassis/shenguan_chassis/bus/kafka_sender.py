"""How do records get on a Kafka topic fast, in order, and without poisoning the producer?

Records of one partition go as batches, one after the other; partitions go at once. After any failure the producer is
given up with all that is under way in it: its idempotent sequence cannot be trusted any more (faults.md, 3).
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from shenguan_chassis.bus.admission import Call
from shenguan_chassis.bus.kafka_farewell import give_up
from shenguan_chassis.bus.kafka_link import LINK_ERRORS, Cluster
from shenguan_chassis.bus.partitioner import partition_of
from shenguan_chassis.bus.port import Acked, NotSent, Record, size_of

_BATCH_BYTES = 512_000
_FRAMING = 64

Place = tuple[str, int]


class KafkaSender:
    """One idempotent producer at a time."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._farewells: set[asyncio.Future[None]] = set()
        self.outgrown: set[str] = set()
        """Topics that refused a batch for its size: their limit is lower than it was when we asked."""

    async def send(self, call: Call, indexes: Sequence[int], limits: dict[str, int]) -> None:
        """Send these records of the call and settle each."""
        try:
            producer = await self._ready()
            places = await _by_place(producer, call.records, indexes)
        except LINK_ERRORS as error:
            call.settle(indexes, NotSent(_words(error)))
            return
        within = self._cluster.settings.answer_within
        sent = [
            asyncio.ensure_future(self._send_place(producer, place, call, own, min(limits[place[0]], _BATCH_BYTES)))
            for place, own in places.items()
        ]
        await asyncio.wait(sent, timeout=within)
        for task, own in zip(sent, places.values(), strict=True):
            if task.done():
                task.result()
            else:
                # It ends when its producer is given up; whatever it still says comes too late to be believed.
                self._remember(task)
                call.settle([index for index in own if index not in call.outcomes], NotSent("no answer in time"))
        if any(isinstance(call.outcomes[index], NotSent) for index in indexes):
            self.renew(producer)

    async def stamped(self, topic: str) -> int:
        """Send an empty record to partition 0; returns the milliseconds (since 1970) that the broker dated it with.

        Raises what a lost cluster raises.
        """
        producer = await self._ready()
        try:
            async with asyncio.timeout(self._cluster.settings.answer_within):
                sent = await producer.send_and_wait(topic, value=b"", partition=0)
        except (*LINK_ERRORS, AssertionError):
            self.renew(producer)
            raise
        milliseconds: int = sent.timestamp
        return milliseconds

    def renew(self, producer: AIOKafkaProducer | None = None) -> None:
        """Give up the producer (or this one, if it is still in use); the next call makes another."""
        if self._producer is not None and producer in (None, self._producer):
            self._remember(asyncio.create_task(give_up(self._producer), name="bus producer given up"))
            self._producer = None

    async def close(self) -> None:
        """Give up the producer and wait until it is gone."""
        self.renew()
        await asyncio.gather(*self._farewells, return_exceptions=True)

    def _remember(self, task: "asyncio.Future[None]") -> None:
        self._farewells.add(task)
        task.add_done_callback(self._farewells.discard)

    async def _ready(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    enable_idempotence=True, acks="all", max_batch_size=_BATCH_BYTES, **self._cluster.options()
                )
                try:
                    async with asyncio.timeout(self._cluster.settings.answer_within):
                        await producer.start()
                except BaseException:
                    await give_up(producer)
                    raise
                self._producer = producer
            return self._producer

    async def _send_place(
        self, producer: AIOKafkaProducer, place: Place, call: Call, indexes: Sequence[int], limit: int
    ) -> None:
        """Send one partition's records, batch after batch; what follows a failed batch is not sent."""
        topic, part = place
        try:
            for batch, own in _batches(producer, call.records, indexes, limit):
                await (await producer.send_batch(batch, topic, partition=part))
                call.settle(own, Acked())
        except (*LINK_ERRORS, AssertionError) as error:
            if isinstance(error, MessageSizeTooLargeError):
                self.outgrown.add(topic)
            # The assertion is aiokafka's: the partition is not in its picture of the cluster.
            call.settle([index for index in indexes if index not in call.outcomes], NotSent(_words(error)))


async def _by_place(
    producer: AIOKafkaProducer, records: Sequence[Record], indexes: Sequence[int]
) -> dict[Place, list[int]]:
    counts = {topic: len(await producer.partitions_for(topic)) for topic in {records[index].topic for index in indexes}}
    places: defaultdict[Place, list[int]] = defaultdict(list)
    for index in indexes:
        record = records[index]
        places[record.topic, partition_of(record.key, counts[record.topic])].append(index)
    return places


def _batches(
    producer: AIOKafkaProducer, records: Sequence[Record], indexes: Sequence[int], limit: int
) -> Iterator[tuple[Any, list[int]]]:
    """Cut a partition's records into batches within the topic's limit; a record within the limit always fits alone."""
    batch, weight = producer.create_batch(), 0
    own: list[int] = []
    for index in indexes:
        record = records[index]
        size = size_of(record) + _FRAMING
        if own and weight + size > limit:
            batch.close()
            yield batch, own
            batch, own, weight = producer.create_batch(), [], 0
        batch.append(timestamp=None, key=record.key, value=record.value, headers=list(record.headers))
        own.append(index)
        weight += size
    if own:
        batch.close()
        yield batch, own


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
