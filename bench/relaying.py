"""(b) How fast does the relay carry events to Kafka, beside a raw idempotent producer with the same bytes?"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from statistics import median

import asyncpg

from shenguan_chassis.bus.kafka import KafkaBus
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_contracts.envelope import decode

from . import house, worker
from .report import Figure
from .sample import TOPIC, events

_STREAMS = 2_000
_SAMPLE = "CREATE TABLE sample (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, subject text, body bytea)"
_FILL = "INSERT INTO queue (subject, body) SELECT subject, body FROM sample ORDER BY id"


async def measure(postgres: EmbeddedPostgres, servers: str, number: int, rounds: int) -> list[Figure]:
    """Raw, relay, raw, relay: the same events each time, on a topic of each turn's own."""
    dsn = await house.laid_out(postgres, "relaying")
    await _keep_sample(dsn, number)
    raw, relayed, run = [], [], time.time_ns()
    for turn in range(rounds):
        await house.run(dsn, _FILL)
        await house.create_topics(servers, f"bench.raw.{run}.{turn}", f"{TOPIC}.{run}.{turn}")
        raw.append(await worker.run("relay_work", "raw", servers, f"bench.raw.{run}.{turn}", dsn))
        relayed.append(await worker.run("relay_work", "relay", servers, f"{TOPIC}.{run}.{turn}", dsn, number))
    await _check_order(servers, f"{TOPIC}.{run}.{rounds - 1}", number)
    return _figures(raw, relayed)


def _figures(raw: Sequence[dict[str, float]], relayed: Sequence[dict[str, float]]) -> list[Figure]:
    ratio = median(ours["rate"] / bare["rate"] for ours, bare in zip(relayed, raw, strict=True))
    return [
        Figure(
            part="b",
            what="raw producer, send",
            value=median(one["rate"] for one in raw),
            unit="events/s",
            note=_cpu(raw),
        ),
        Figure(
            part="b",
            what="relay, queue to Kafka",
            value=median(one["rate"] for one in relayed),
            unit="events/s",
            target=30_000,
            note=f"{_cpu(relayed)}; each key in order, checked",
        ),
        Figure(part="b", what="relay / raw producer", value=ratio, unit="×", target=1.0),
        Figure(
            part="b",
            what="relay's process, most memory",
            value=max(one["peak_mb"] for one in relayed),
            unit="MB",
            target=100,
            sense="at most",
            note=f"{relayed[0]['imports_mb']:.0f} of them before it began",
        ),
    ]


def _cpu(found: Sequence[dict[str, float]]) -> str:
    return f"CPU of the process {median(one['cpu_us'] for one in found):.0f} µs per event"


async def _keep_sample(dsn: str, number: int) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_SAMPLE)
        await connection.copy_records_to_table("sample", records=events(number, _STREAMS), columns=["subject", "body"])
    finally:
        await connection.close()


async def _check_order(servers: str, topic: str, number: int) -> None:
    """Every event is there, and of no stream a number before its predecessor."""
    bus, last, found = KafkaBus(servers), defaultdict[str, int](int), 0
    async with bus.tail([topic], from_beginning=True) as reader:
        while found < number:
            for record in await reader.take(2_000, 10.0):
                envelope = decode(record.value)
                if envelope.sequence > last[envelope.subject] + 1:
                    raise AssertionError(f"{envelope.subject} jumped to {envelope.sequence}")
                found += envelope.sequence == last[envelope.subject] + 1
                last[envelope.subject] = max(last[envelope.subject], envelope.sequence)
