"""Which topics does a Kafka cluster have, and how are they made so that what is acknowledged stays?"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import InvalidPartitionsError, TopicAlreadyExistsError, for_code

from shenguan_chassis.bus.admission import Shape
from shenguan_chassis.bus.kafka_link import Cluster
from shenguan_chassis.bus.port import BusUnavailable, Topic, UnknownTopic

_FRAMING = 4_096
"""What Kafka adds to one record at most, beyond what `size_of` counts."""

_SET_ON_THE_TOPIC = 1
_REPLICAS = 3


class KafkaTopics:
    """What this process knows of the cluster's topics."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.shapes: dict[str, Shape] = {}

    async def declare(self, topics: Sequence[Topic]) -> None:
        """Create what is missing, add partitions that are missing, bring limits up to date."""
        async with self._cluster.admin() as admin:
            brokers = len((await admin.describe_cluster())["brokers"])
            known = {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}
            missing = [topic for topic in topics if topic.name not in known]
            await _create(admin, missing, min(brokers, _REPLICAS))
            for topic in topics:
                if known.get(topic.name, topic.partitions) < topic.partitions:
                    await _add_partitions(admin, topic)
            present = [topic for topic in topics if topic.name in known]
            await _bring_limits_up_to_date(admin, present, min(brokers, _REPLICAS))
            await self._await_partitions(admin, topics)
            await self._learn(admin, [topic.name for topic in topics])
        for topic in topics:
            # A broker hears of new limits a moment after they were set.
            self.shapes[topic.name] = replace(self.shapes[topic.name], max_bytes=topic.max_bytes)

    async def know(self, names: Sequence[str]) -> None:
        """Ask the cluster for topics not seen yet; what does not exist stays unknown, and is never created."""
        unknown = [name for name in names if name not in self.shapes]
        if unknown:
            async with self._cluster.admin() as admin:
                await self._learn(admin, unknown)

    def forget(self, names: set[str]) -> None:
        """Ask the cluster again about these topics when they are next needed; empties `names`."""
        while names:
            self.shapes.pop(names.pop(), None)

    async def places(self, names: Sequence[str]) -> list[TopicPartition]:
        """All partitions of these topics as the cluster has them now. Raises `UnknownTopic`."""
        async with self._cluster.admin() as admin:
            await self._learn(admin, names)
        for name in names:
            if name not in self.shapes:
                raise UnknownTopic(f"nobody declared the topic {name}")
        return [TopicPartition(name, part) for name in names for part in range(self.shapes[name].partitions)]

    async def _learn(self, admin: AIOKafkaAdminClient, names: Sequence[str]) -> None:
        # All topics are listed: asking for one by name would create it on a cluster that allows that.
        counts = {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}
        existing = [name for name in names if name in counts]
        for name, config in (await _configs(admin, existing)).items():
            limit = int(config["max.message.bytes"][0]) - _FRAMING
            self.shapes[name] = Shape(counts[name], limit)

    async def _await_partitions(self, admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> None:
        """A new topic's leaders are chosen a moment after it was created."""
        wanted = {topic.name: topic.partitions for topic in topics}
        for _ in range(100):
            found = {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics()}
            if all(_led(found.get(name, [])) >= count for name, count in wanted.items()):
                return
            await asyncio.sleep(0.05)
        raise BusUnavailable("the new topics have no leaders yet")


def _led(partitions: Sequence[Mapping[str, Any]]) -> int:
    return sum(1 for partition in partitions if partition["leader"] >= 0)


def _config_of(topic: Topic, replicas: int) -> dict[str, str]:
    """A single broker forces each batch to disk, or a power cut takes what it acknowledged (faults.md, 1).

    What streams' numbers and roll call repair anyway is spared that: six partitions flushed one after the other keep an
    event seven times as long (decision 0023).
    """
    config = {
        "max.message.bytes": str(topic.max_bytes + _FRAMING),
        "retention.ms": _milliseconds(topic.keep_for),
        "retention.bytes": "-1",
        "min.insync.replicas": str(max(1, replicas - 1)),
    }
    dated = {"message.timestamp.type": "LogAppendTime"} if topic.stamped else {}
    return config | dated | ({"flush.messages": "1"} if replicas == 1 and not topic.repaired else {})


def _milliseconds(keep_for: timedelta | None) -> str:
    return "-1" if keep_for is None else str(int(keep_for.total_seconds() * 1000))


async def _create(admin: AIOKafkaAdminClient, topics: Sequence[Topic], replicas: int) -> None:
    if not topics:
        return
    new = [
        NewTopic(topic.name, topic.partitions, replicas, topic_configs=_config_of(topic, replicas)) for topic in topics
    ]
    answer = await admin.create_topics(new)
    for name, code, *_ in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(name)


async def _add_partitions(admin: AIOKafkaAdminClient, topic: Topic) -> None:
    try:
        await admin.create_partitions({topic.name: NewPartitions(topic.partitions)})
    except InvalidPartitionsError:
        # Another service added them in the same moment.
        return


async def _bring_limits_up_to_date(admin: AIOKafkaAdminClient, topics: Sequence[Topic], replicas: int) -> None:
    """Change what differs and keep what an operator set besides: the request replaces a topic's whole configuration."""
    configs = await _configs(admin, [topic.name for topic in topics])
    changed = []
    for topic in topics:
        now, wanted = configs.get(topic.name, {}), _config_of(topic, replicas)
        if any(now.get(name, ("", 0))[0] != value for name, value in wanted.items()):
            kept = {name: value for name, (value, source) in now.items() if source == _SET_ON_THE_TOPIC}
            changed.append(ConfigResource(ConfigResourceType.TOPIC, topic.name, kept | wanted))
    if changed:
        await admin.alter_configs(changed)


async def _configs(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, tuple[str, int]]]:
    """Per topic and setting: its value, and who set it."""
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answers = await admin.describe_configs(resources)
    return {
        name: {entry[0]: (entry[1], entry[3]) for entry in entries}
        for answer in answers
        for _code, _message, _kind, name, entries in answer.resources
    }
