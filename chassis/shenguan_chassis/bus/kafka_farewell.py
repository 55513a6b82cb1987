"""How is a producer left that must not send what it still holds? aiokafka has no word for it, so this uses its parts.

Its own `stop` waits until everything is sent, and an idempotent producer retries for ever: later copies, out of turn.
"""

import asyncio
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shenguan_chassis.bus.kafka_link import LINK_ERRORS

_WITHIN = 30.0


async def give_up(producer: AIOKafkaProducer) -> None:
    """Stop a producer at once; whoever waits for one of its batches hears a `KafkaError`."""
    with suppress(*LINK_ERRORS):
        async with asyncio.timeout(_WITHIN):
            try:
                await producer._sender.close()
            finally:
                _fail(producer._message_accumulator)
            await producer.stop()


def _fail(accumulator: Any) -> None:
    held = [batch for batches in accumulator._batches.values() for batch in batches]
    held += accumulator._pending_batches
    # A batch that waits for its next try is no longer among these, and its own callback would miss it there.
    accumulator._pending_batches.update(held)
    accumulator.fail_all(KafkaError("the producer was given up"))
    for batch in held:
        if batch._drain_waiter.done():
            # Nobody waits for it, and an exception nobody looks at is reported as an error of the program.
            batch._drain_waiter.exception()
