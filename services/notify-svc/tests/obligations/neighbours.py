"""The other services, as far as the scheduler needs them: asked how far they are, they answer on the control topic."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from shenguan_chassis.bus.port import Reader, Record
from shenguan_chassis.testing.house import House
from shenguan_contracts.catalogue import CONTROL_TOPIC, topic_of
from shenguan_contracts.control import MarkAsked, MarkGiven, decode_note, encode_note
from shenguan_contracts.envelope import urn

NAMES = ("approval", "supervision", "expert")


@asynccontextmanager
async def neighbours(house: House, *, first_send: Sequence[Record] = ()) -> AsyncIterator[None]:
    """Let them answer while the context lasts. `first_send` is what was still in their queues when they were asked."""
    async with house.bus.tail([CONTROL_TOPIC]) as reader:
        answering = asyncio.create_task(_answer(house, reader, list(first_send)))
        try:
            yield
        finally:
            answering.cancel()
            with suppress(asyncio.CancelledError):
                await answering


async def _answer(house: House, reader: Reader, queued: list[Record]) -> None:
    while True:
        for record in await reader.take(wait=1.0):
            asked = decode_note(record.value)
            if isinstance(asked, MarkAsked):
                await house.bus.publish(queued)
                queued.clear()
                await house.bus.publish([await _mark(house, name, asked) for name in NAMES])


async def _mark(house: House, name: str, asked: MarkAsked) -> Record:
    ends = await house.bus.ends([topic_of(name)])
    given = MarkGiven(
        source=name,
        said_at=house.clock.system(),
        until=asked.until,
        ends=tuple((partition, end) for (_, partition), end in ends.items()),
    )
    return Record(CONTROL_TOPIC, name.encode(), encode_note(given, source=urn("370302", name)))
