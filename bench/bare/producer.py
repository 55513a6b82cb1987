"""The bare producer: an idempotent aiokafka producer and `send`, a thousand in flight."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer

_CHUNK = 500


async def produce(servers: str, topic: str, records: Sequence[tuple[bytes, bytes]]) -> float:
    """Send all; returns the seconds from the first `send` to the last acknowledgement."""
    producer = AIOKafkaProducer(bootstrap_servers=servers, enable_idempotence=True, acks="all")
    await producer.start()
    try:
        await producer.send_and_wait(topic, key=b"warm", value=b"up")
        began = time.perf_counter()
        flying: list[asyncio.Future[object]] = []
        for at in range(0, len(records), _CHUNK):
            sent = [await producer.send(topic, key=key, value=value) for key, value in records[at : at + _CHUNK]]
            await asyncio.gather(*flying)
            flying = sent
        await asyncio.gather(*flying)
        return time.perf_counter() - began
    finally:
        await producer.stop()
