"""Killed at any statement and any call of the bus, does the relay lose, or reorder, anything?"""

import asyncio
from collections import defaultdict

import pytest
from asyncpg import Connection

from shenguan_chassis import relay_queue
from shenguan_chassis.relay import Relay
from shenguan_chassis.testing.cuts import CutBus, Knife, connecting, every_cut

KEYS, EACH = 3, 5


class Relaying:
    """Fifteen events of three streams are queued; the relay sends them."""

    kind = Relay

    async def begin(self, world) -> None:
        rows = [(f"case/{number % KEYS}", str(number // KEYS).encode()) for number in range(KEYS * EACH)]
        await world.database.executemany("INSERT INTO queue (subject, body) VALUES ($1, $2)", rows)

    async def live(self, world, knife: Knife) -> None:
        relay = self.kind(
            world.dsn, CutBus(world.bus, knife), world.topic, service="s", connect=connecting(world.dsn, knife)
        )
        run = asyncio.create_task(relay.run())
        while not run.done() and await world.database.fetchval("SELECT EXISTS (SELECT FROM queue)"):
            await asyncio.wait({run}, timeout=0.002)
        relay.stop()
        await run

    async def faults(self, world) -> list[str]:
        arrived = defaultdict(list)
        async with world.bus.tail([world.topic], from_beginning=True) as reader:
            for record in await reader.take(wait=0.05):
                if record.value not in arrived[record.key]:
                    arrived[record.key].append(record.value)
        wanted = [str(number).encode() for number in range(EACH)]
        faults = [f"{key!r}: {bodies}" for key, bodies in arrived.items() if bodies != wanted]
        left = await world.database.fetchval("SELECT count(*) FROM queue")
        return faults + (["streams are missing"] if len(arrived) != KEYS else []) + (["queue"] if left else [])


class HastyRelay(Relay):
    """Planted: it deletes before the bus has acknowledged."""

    async def _round(self, connection: Connection, flying, acked):
        await connection.execute("DELETE FROM queue WHERE pos = ANY($1::bigint[])", [row["pos"] for row in flying])
        return await super()._round(connection, flying, acked)


class HastyRelaying(Relaying):
    kind = HastyRelay


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that one batch is read and another deleted while a third is on its way."""
    monkeypatch.setattr(relay_queue, "MOST_AT_ONCE", 4)


async def test_a_relay_killed_at_every_step_loses_nothing_and_keeps_the_order(world, survives) -> None:
    knife, faults = await world.tell(Relaying())
    assert not faults

    await survives(Relaying(), every_cut(knife.steps))


async def test_a_relay_that_deletes_before_the_acknowledgement_is_found_out(world) -> None:
    knife, faults = await world.tell(HastyRelaying())
    assert not faults

    for cut in every_cut(knife.steps):
        if (await world.tell(HastyRelaying(), cut))[1]:
            return
    pytest.fail("no cut showed it")
