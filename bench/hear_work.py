"""What the listening processes of (c) do; alone in a module, so that their memory is their own."""

from __future__ import annotations

import asyncio
import time

from shenguan_chassis import metrics
from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.clock import RealClock
from shenguan_chassis.deciding import reactions_in
from shenguan_chassis.inbox import Inbox, Listening
from shenguan_chassis.lasting import spare_what_lasts
from shenguan_chassis.tx import Speaker
from shenguan_contracts.envelope import urn

from . import worker
from .bare.listener import listen
from .counting import reactions, store
from .sample import DIVISION, SOURCE

_ = store.metadata  # importing it declares where tallies lie


def listening(topic: str, group: str) -> Listening:
    """The counting service's ear."""
    return Listening(
        speaker=Speaker("counter", urn(DIVISION, "counter")),
        speakers={topic: SOURCE},
        reactions={event: [reaction] for reaction in reactions_in(reactions) for event in reaction.events},
        clock=RealClock(),
        group=group,
    )


async def _ours(bus_url: str, topic: str, dsn: str, number: str) -> dict[str, float]:
    bus = bus_from(bus_url)
    await bus.open()
    inbox = Inbox(dsn, bus, listening(topic, f"ours-{time.time_ns()}"))
    applied = metrics.INBOX_APPLIED.labels("counter")
    spare_what_lasts()
    task = asyncio.create_task(inbox.run())
    await worker.until(lambda: applied._value.get() > 0 or task.done())
    first, stint = applied._value.get(), worker.Stint()
    await worker.until(lambda: applied._value.get() >= int(number) or task.done())
    found = stint.of(applied._value.get() - first)
    inbox.stop()
    await task
    await bus.close()
    return found


async def _bare(servers: str, topic: str, dsn: str, number: str, batch: str) -> dict[str, float]:
    stint = worker.Stint()
    return stint.of(int(number), await listen(servers, topic, dsn, number=int(number), batch=int(batch)))


if __name__ == "__main__":
    worker.main(ours=_ours, bare=_bare)
