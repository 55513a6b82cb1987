"""What does the process of (i) do that opens obligations? notify-svc as it runs, with documents waiting on its bus."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from shenguan_chassis import metrics
from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.bus.port import Topic
from shenguan_chassis.lasting import spare_what_lasts
from shenguan_contracts.catalogue import topic_of

from . import worker
from .timekeeping import document, running

_AT_ONCE = 1_000
_HEARD = "supervision"


async def _open(dsn: str, bus_url: str, keys: str, number: str) -> dict[str, float]:
    await _publish(bus_url, int(number))
    applied = metrics.INBOX_APPLIED.labels("notify")
    async with running(dsn, bus_url, Path(keys), (_HEARD,)):
        spare_what_lasts()
        await worker.until(lambda: applied._value.get() > 0)
        first, stint = applied._value.get(), worker.Stint()
        await worker.until(lambda: applied._value.get() >= int(number))
        return stint.of(int(number) - first)


async def _publish(bus_url: str, number: int) -> None:
    bus, now, topic = bus_from(bus_url), datetime.now(UTC), topic_of(_HEARD)
    await bus.open()
    await bus.declare([Topic(topic, 2)])
    for start in range(0, number, _AT_ONCE):
        await bus.publish([document(topic, n, now) for n in range(start, min(start + _AT_ONCE, number))])
    await bus.close()


if __name__ == "__main__":
    worker.main(open=_open)
