"""(c) How many effects per second does the inbox have from Kafka, beside the same effects by hand?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from aiokafka import AIOKafkaProducer

from shenguan_chassis.embedded_postgres import EmbeddedPostgres

from . import house, worker
from .bare import listener
from .counting import store
from .report import Figure
from .sample import TOPIC, events

_STREAMS = 3_000
_FORMS = {"naive": "500", "single": "1"}
Rates = dict[str, list[dict[str, float]]]


async def measure(postgres: EmbeddedPostgres, servers: str, number: int, rounds: int) -> list[Figure]:
    """Inbox, per-event statements, one transaction per event: in turn, each on a database of its own."""
    run = time.time_ns()
    topic, short = f"{TOPIC}.heard.{run}", f"{TOPIC}.heard.few.{run}"
    few = max(1_000, number // 8)
    await house.create_topics(servers, topic, short)
    await _publish(servers, topic, number, _STREAMS)
    await _publish(servers, short, few, min(_STREAMS, few))
    found: Rates = {"ours": [], "naive": [], "single": []}
    for turn in range(rounds):
        dsn = await house.laid_out(postgres, f"counter{turn}", store.metadata)
        found["ours"].append(await worker.run("hear_work", "ours", f"kafka://{servers}", topic, dsn, number))
        for form, batch in _FORMS.items():
            bare = await postgres.create_database(f"{form}{turn}", "bare")
            await house.run(bare, listener.TABLES)
            known = (topic, bare, number) if form == "naive" else (short, bare, few)
            found[form].append(await worker.run("hear_work", "bare", servers, *known, batch))
    return _figures(found)


def _figures(found: Rates) -> list[Figure]:
    most = max(one["peak_mb"] for one in found["ours"])
    return [
        _rate("one transaction per event", found["single"]),
        _rate("per-event statements, 500 events per transaction", found["naive"]),
        _rate("inbox: reads, saves, emits", found["ours"], target=10_000),
        Figure(part="c", what="inbox / per-event statements", value=_ratio(found, "naive"), unit="×", target=2.0),
        Figure(part="c", what="inbox / one transaction per event", value=_ratio(found, "single"), unit="×"),
        Figure(part="c", what="inbox's process, most memory", value=most, unit="MB"),
    ]


def _rate(what: str, found: Sequence[dict[str, float]], target: float | None = None) -> Figure:
    note = f"CPU of the process {median(one['cpu_us'] for one in found):.0f} µs per event"
    return Figure(part="c", what=what, value=_median(found), unit="effects/s", target=target, note=note)


def _median(found: Sequence[dict[str, float]]) -> float:
    return median(one["rate"] for one in found)


def _ratio(found: Rates, beside: str) -> float:
    return median(a["rate"] / b["rate"] for a, b in zip(found["ours"], found[beside], strict=True))


async def _publish(servers: str, topic: str, number: int, streams: int) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=servers, enable_idempotence=True, linger_ms=5)
    await producer.start()
    try:
        for subject, body in events(number, streams):
            last = await producer.send(topic, key=subject.encode(), value=body)
        await producer.flush()
        await last
    finally:
        await producer.stop()
