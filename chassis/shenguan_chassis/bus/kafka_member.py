"""How does a member of a Kafka group finish what it took before its partitions move, and when does it doubt?"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import ConsumerStoppedError, IllegalStateError

from shenguan_chassis.bus.kafka_link import LINK_ERRORS, Cluster, leave
from shenguan_chassis.bus.port import Received
from shenguan_chassis.waiting import ended, rung

_FINISH_WITHIN = 10.0
_COMMIT_WITHIN = 5.0
_JOIN_WITHIN = 45.0
_RETRY_AFTER = 0.5

Fetched = tuple[int, dict[TopicPartition, list[Any]]]
"""What was fetched, and in which era of the assignment."""


class KafkaMember(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """One member: a consumer that is built anew when it fails for good."""

    def __init__(self, cluster: Cluster, group: str, topics: Sequence[str], instance: str | None) -> None:
        self._cluster = cluster
        self._group = group
        self._topics = tuple(topics)
        self._instance = instance
        self._consumer: AIOKafkaConsumer | None = None
        self._era = 0
        self._next: dict[TopicPartition, int] = {}
        self._done: dict[TopicPartition, int] = {}
        self._uncommitted: dict[TopicPartition, int] = {}
        self._settled = asyncio.Event()
        self._settled.set()
        self._joining: asyncio.Task[None] | None = None
        self._fetching: asyncio.Task[Fetched] | None = None
        self._links = Links()
        self._doubt = False

    async def enter(self) -> None:
        """Join the group and wait for the first assignment. Raises what aiokafka raises."""
        settings = self._cluster.settings
        consumer = AIOKafkaConsumer(
            group_id=self._group,
            group_instance_id=self._instance,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=int(settings.session * 1000),
            heartbeat_interval_ms=1_000,
            rebalance_timeout_ms=30_000,
            fetch_max_wait_ms=500,
            **self._cluster.options(),
        )
        consumer.subscribe(self._topics, listener=self)
        try:
            async with asyncio.timeout(_JOIN_WITHIN):
                await consumer.start()
        except BaseException:
            await leave(consumer)
            raise
        self._consumer = consumer

    async def leave(self) -> None:
        """Leave the group; an unnamed member's partitions are free at once."""
        if self._joining is not None:
            await ended(self._joining)
        await self._give_up()

    async def take(self, most: int = 500, wait: float = 1.0) -> Sequence[Received]:
        """See `port.Reader.take`."""
        deadline = time.monotonic() + wait
        try:
            consumer = self._consumer or await self._joined_anew(wait)
            return [] if consumer is None else await self._take(consumer, most, deadline)
        except LINK_ERRORS:
            await self._give_up()
            await asyncio.sleep(max(0.0, min(_RETRY_AFTER, deadline - time.monotonic())))
            return []

    async def done(self, taken: Sequence[Received]) -> None:
        """See `port.Member.done`."""
        consumer = self._consumer
        last = {TopicPartition(record.topic, record.partition): record.offset + 1 for record in taken}
        for place in last.keys() & self._next.keys():
            self._done[place] = max(last[place], self._done.get(place, 0))
            self._uncommitted[place] = self._done[place]
        if consumer is not None and self._uncommitted:
            await self._commit(consumer, dict(self._uncommitted))
        self._note_settled()

    def doubt(self) -> bool:
        """See `port.Member.doubt`."""
        doubt, self._doubt = self._doubt, False
        return doubt

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Let the caller finish what it took, so that the next owner does not do it again; but not for ever."""
        self._era += 1
        if revoked:
            await rung(self._settled, _FINISH_WITHIN)
        self._forget()

    def on_partitions_assigned(self, assigned: Any) -> None:
        """A partition that is ours again may have lost its tail meanwhile: the caller asks around."""
        self._doubt = self._doubt or bool(assigned)

    async def _commit(self, consumer: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> None:
        """Commit what is done; what cannot be committed now goes with the next."""
        with suppress(*LINK_ERRORS, IllegalStateError, ConsumerStoppedError):
            async with asyncio.timeout(_COMMIT_WITHIN):
                await consumer.commit(offsets)
            for place, at in offsets.items():
                if self._uncommitted.get(place) == at:
                    del self._uncommitted[place]

    async def _joined_anew(self, wait: float) -> AIOKafkaConsumer | None:
        """Join in the background: it takes longer than a caller of `take` wants to wait."""
        if self._joining is None:
            self._joining = asyncio.create_task(self.enter(), name=f"join {self._group} again")
        await asyncio.wait([self._joining], timeout=wait)
        if self._joining.done():
            joined, self._joining = self._joining, None
            joined.result()
        return self._consumer

    async def _take(self, consumer: AIOKafkaConsumer, most: int, deadline: float) -> list[Received]:
        era, found = await self._fetched(consumer, most, max(0.0, deadline - time.monotonic()))
        self._doubt = self._links.lost_and_found(consumer) or self._doubt
        if era != self._era:
            # The partitions moved after this was fetched: it comes again from their committed positions.
            return []
        return [self._received(place, record) for place, records in found.items() for record in records]

    async def _fetched(self, consumer: AIOKafkaConsumer, most: int, wait: float) -> Fetched:
        """Fetch in a task of its own: a caller that is cancelled must not throw away what was handed out already."""
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch(consumer, most, wait))
        # While partitions move aiokafka waits for the end of that, whatever time it was given.
        await asyncio.wait([self._fetching], timeout=wait + 0.05)
        await self._end_fetching()
        fetching, self._fetching = self._fetching, None
        return (self._era, {}) if fetching.cancelled() else fetching.result()

    async def _fetch(self, consumer: AIOKafkaConsumer, most: int, wait: float) -> Fetched:
        found = await consumer.getmany(timeout_ms=int(wait * 1000), max_records=most)
        return self._era, found

    async def _end_fetching(self) -> None:
        if self._fetching is not None and not self._fetching.done():
            await ended(self._fetching)

    def _received(self, place: TopicPartition, record: Any) -> Received:
        expected = self._next.get(place, record.offset)
        self._doubt = self._doubt or record.offset != expected
        if record.offset < expected:
            # The log lost its tail: what was done there counts no more.
            self._done.pop(place, None)
            self._uncommitted.pop(place, None)
        self._next[place] = record.offset + 1
        self._settled.clear()
        headers = tuple(record.headers)
        return Received(place.topic, place.partition, record.offset, record.key or b"", record.value or b"", headers)

    def _note_settled(self) -> None:
        if all(self._done.get(place, -1) >= at for place, at in self._next.items()):
            self._settled.set()

    def _forget(self) -> None:
        self._next.clear()
        self._done.clear()
        self._uncommitted.clear()
        self._settled.set()

    async def _give_up(self) -> None:
        """Leave the consumer with what it had handed out: that comes again."""
        await self._end_fetching()
        consumer, self._consumer, self._fetching = self._consumer, None, None
        self._era += 1
        self._forget()
        if consumer is not None:
            await leave(consumer)


class Links:
    """Were the connections of a consumer cut since we last looked? aiokafka mends them in silence."""

    def __init__(self) -> None:
        self._seen: list[Any] = []
        self._lost = False

    def lost_and_found(self, consumer: AIOKafkaConsumer) -> bool:
        """True once the cluster is reached again after a cut."""
        now = list(consumer._client._conns.values())
        self._lost = self._lost or any(not link.connected() for link in self._seen)
        self._seen = [link for link in now if link.connected()]
        found = self._lost and bool(self._seen)
        self._lost = self._lost and not found
        return found
