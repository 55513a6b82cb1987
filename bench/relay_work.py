"""What the two processes of (b) do; alone in a module, so that their memory is their own."""

from __future__ import annotations

import asyncio

import asyncpg

from shenguan_chassis import metrics
from shenguan_chassis.bus.kafka import KafkaBus
from shenguan_chassis.relay import Relay

from . import worker
from .bare.producer import produce


async def _raw(servers: str, topic: str, dsn: str) -> dict[str, float]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT subject, body FROM sample ORDER BY id")
    await connection.close()
    records = [(row["subject"].encode(), row["body"]) for row in rows]
    stint = worker.Stint()
    return stint.of(len(records), await produce(servers, topic, records))


async def _relay(servers: str, topic: str, dsn: str, number: str) -> dict[str, float]:
    bus = KafkaBus(servers)
    relay = Relay(dsn, bus, topic, service="bench")
    stint = worker.Stint()
    task = asyncio.create_task(relay.run())
    sent = metrics.RELAY_SENT.labels("bench")
    await worker.until(lambda: sent._value.get() >= int(number) or task.done())
    found = stint.of(int(number))
    relay.stop()
    await task
    await bus.close()
    return found


if __name__ == "__main__":
    worker.main(raw=_raw, relay=_relay)
