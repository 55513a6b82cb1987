"""How are Kafka clients opened and left, and what counts as "the bus does not answer"?"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shenguan_chassis.bus.kafka_settings import KafkaSettings
from shenguan_chassis.bus.port import BusUnavailable

LINK_ERRORS = (KafkaError, OSError, TimeoutError)
LEAVE_WITHIN = 5.0


@contextmanager
def bus_errors() -> Iterator[None]:
    """Turn what a lost or unwilling cluster raises into `BusUnavailable`."""
    try:
        yield
    except LINK_ERRORS as error:
        raise BusUnavailable(f"{type(error).__name__}: {error}") from error


async def leave(client: Any) -> None:
    """Stop a client, politely if the cluster still listens."""
    with suppress(*LINK_ERRORS):
        async with asyncio.timeout(LEAVE_WITHIN):
            await client.stop()


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the brokers are and how one signs on."""

    servers: str
    settings: KafkaSettings

    def options(self) -> dict[str, Any]:
        """The keyword arguments of every client."""
        return {"bootstrap_servers": self.servers.split(","), **self.settings.client_options()}

    @asynccontextmanager
    async def admin(self, within: float | None = None) -> AsyncIterator[AIOKafkaAdminClient]:
        """Open an admin client for a few questions; raises `BusUnavailable` after `within` seconds."""
        with bus_errors():
            client = AIOKafkaAdminClient(**self.options())
            try:
                async with asyncio.timeout(within or self.settings.answer_within):
                    await client.start()
                    yield client
            finally:
                await client.close()

    @asynccontextmanager
    async def observer(self, group: str | None, places: list[TopicPartition]) -> AsyncIterator[AIOKafkaConsumer]:
        """Open a consumer of fixed partitions that joins no group; with `group` it may commit for an empty one."""
        with bus_errors():
            consumer = AIOKafkaConsumer(
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                **self.options(),
            )
            try:
                consumer.assign(places)
                async with asyncio.timeout(self.settings.answer_within):
                    await consumer.start()
                yield consumer
            finally:
                await leave(consumer)
