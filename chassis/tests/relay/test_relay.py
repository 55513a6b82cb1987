"""What does the relay promise? Everything queued reaches the bus, each key in order, whatever stands in the way."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import asyncpg
import pytest

from shenguan_chassis.bus.port import NotSent, Outcome, Record
from shenguan_chassis.relay import LOCK, Relay
from shenguan_chassis.testing.cuts import CutBus, Knife, connecting

TOPIC = "shenguan.approval.v1"


class Gate:
    """A bus that lets through what its `refuse` does not name, and counts its calls."""

    def __init__(self, outbox, refuse: Callable[[Record], NotSent | None] = lambda _: None) -> None:
        self.refuse = refuse
        self.calls = 0
        self._bus = outbox.bus

    async def publish(self, records: Sequence[Record]) -> list[Outcome]:
        self.calls += 1
        blocked: dict[bytes, NotSent] = {}
        for record in records:
            refused = self.refuse(record)
            if refused is not None:
                blocked.setdefault(record.key, refused)
        passed = iter(await self._bus.publish([r for r in records if r.key not in blocked]))
        return [blocked[r.key] if r.key in blocked else next(passed) for r in records]


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[None]:
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        relay.stop()
        await asyncio.wait_for(task, 10)


async def until(true: Callable[[], object], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what it waits for is an attribute
            await asyncio.sleep(0.01)


def bodies_by_key(taken) -> dict[bytes, list[bytes]]:
    found = defaultdict(list)
    for record in taken:
        found[record.key].append(record.value)
    return found


async def test_what_is_queued_reaches_the_bus_and_leaves_the_queue(outbox) -> None:
    await outbox.queue(("case/1", "a"), ("case/2", "b"), ("case/1", "c"))

    async with running(Relay(outbox.dsn, outbox.bus, TOPIC, service="approval")):
        taken = await outbox.arrived(3)

    assert bodies_by_key(taken) == {b"case/1": [b"a", b"c"], b"case/2": [b"b"]}
    assert await outbox.waiting() == 0


async def test_each_record_says_that_it_is_a_cloudevent(outbox) -> None:
    await outbox.queue(("case/1", "a"))

    async with running(Relay(outbox.dsn, outbox.bus, TOPIC, service="approval")):
        [record] = await outbox.arrived(1)

    assert dict(record.headers)["content-type"] == b"application/cloudevents+json; charset=UTF-8"


async def test_the_order_of_each_key_holds_over_many_batches(outbox) -> None:
    events = [(f"case/{number % 7}", str(number)) for number in range(5_000)]
    await outbox.queue(*events)

    async with running(Relay(outbox.dsn, outbox.bus, TOPIC, service="approval")):
        taken = await outbox.arrived(len(events))

    for key, bodies in bodies_by_key(taken).items():
        assert [int(body) for body in bodies] == [n for n in range(5_000) if f"case/{n % 7}".encode() == key]


async def test_a_wake_up_sends_at_once_without_waiting_for_the_poll(outbox) -> None:
    relay = Relay(outbox.dsn, outbox.bus, TOPIC, service="approval")
    async with running(relay):
        await until(lambda: relay.leads)
        times = []
        for number in range(5):
            await outbox.queue(("case/1", str(number)))
            began = asyncio.get_running_loop().time()
            relay.wake()
            await outbox.arrived(number + 1)
            times.append(asyncio.get_running_loop().time() - began)

    assert sorted(times)[2] < 0.5


async def test_a_wake_up_in_a_process_that_does_not_lead_reaches_the_leader(outbox) -> None:
    leader = Relay(outbox.dsn, outbox.bus, TOPIC, service="approval")
    other = Relay(outbox.dsn, outbox.bus, TOPIC, service="approval")
    async with running(leader):
        await until(lambda: leader.leads)
        async with running(other):
            times = []
            for number in range(5):
                await outbox.queue(("case/1", str(number)))
                began = asyncio.get_running_loop().time()
                other.wake()
                await outbox.arrived(number + 1)
                times.append(asyncio.get_running_loop().time() - began)

            assert leader.leads
            assert not other.leads
    assert sorted(times)[2] < 0.5


async def test_an_event_that_commits_late_behind_a_higher_position_is_not_skipped(outbox) -> None:
    late = await asyncpg.connect(outbox.dsn)
    transaction = late.transaction()
    await transaction.start()
    await late.execute("INSERT INTO queue (subject, body) VALUES ('case/late', 'late')")
    await outbox.queue(("case/1", "early"))

    async with running(Relay(outbox.dsn, outbox.bus, TOPIC, service="approval")):
        await outbox.arrived(1)
        await transaction.commit()
        taken = await outbox.arrived(2)
    await late.close()

    assert [record.value for record in taken if record.key == b"case/late"] == [b"late"]


async def test_a_stuck_key_keeps_its_followers_back_and_blocks_no_other(outbox) -> None:
    """Its followers fill whole batches, so that a relay which only skipped them would never reach the others."""
    await outbox.queue(*[("case/stuck", str(number)) for number in range(2_500)], ("case/free", "free"))
    gate = Gate(outbox, lambda record: NotSent("no") if record.key == b"case/stuck" else None)

    relay = Relay(outbox.dsn, gate, TOPIC, service="approval")
    async with running(relay):
        [free] = await outbox.arrived(1)
        gate.refuse = lambda _: None
        taken = await outbox.arrived(2_501)

    assert free.value == b"free"
    assert bodies_by_key(taken)[b"case/stuck"] == [str(number).encode() for number in range(2_500)]
    assert await outbox.waiting() == 0


async def test_a_record_that_never_fits_is_kept_and_its_stream_waits_behind_it(outbox) -> None:
    await outbox.queue(("case/large", "x" * 3_000), ("case/large", "follower"), ("case/1", "a"))

    async with running(Relay(outbox.dsn, outbox.bus, TOPIC, service="approval")):
        taken = await outbox.arrived(1)

    assert [record.value for record in taken] == [b"a"]
    assert await outbox.waiting() == 2


async def test_after_an_outage_of_the_bus_everything_is_sent_in_order(outbox) -> None:
    gate = Gate(outbox, lambda _: NotSent("away"))
    await outbox.queue(*[(f"case/{number % 50}", str(number)) for number in range(3_000)])

    async with running(Relay(outbox.dsn, gate, TOPIC, service="approval")):
        await until(lambda: gate.calls >= 4)
        gate.refuse = lambda _: None
        taken = await outbox.arrived(3_000)

    for bodies in bodies_by_key(taken).values():
        assert bodies == sorted(bodies, key=int)
    assert len(taken) == 3_000


async def test_a_bus_that_raises_costs_no_event(outbox) -> None:
    class Broken(Gate):
        async def publish(self, records: Sequence[Record]) -> list[Outcome]:
            if self.calls < 3:
                self.calls += 1
                raise RuntimeError("not as promised")
            return await super().publish(records)

    await outbox.queue(("case/1", "a"))

    async with running(Relay(outbox.dsn, Broken(outbox), TOPIC, service="approval")):
        taken = await outbox.arrived(1)

    assert [record.value for record in taken] == [b"a"]


async def test_a_leader_whose_session_ends_gives_up_the_lead_and_another_takes_over(outbox) -> None:
    first = Relay(outbox.dsn, outbox.bus, TOPIC, service="approval")
    second = Relay(outbox.dsn, outbox.bus, TOPIC, service="approval")
    async with running(first):
        await until(lambda: first.leads)
        async with running(second):
            holder = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND granted"
            await outbox.database.execute(f"SELECT pg_terminate_backend(({holder.replace('$1', str(LOCK))}))")
            await outbox.queue(("case/1", "a"))
            taken = await outbox.arrived(1)
            await until(lambda: first.leads != second.leads)

    assert [record.value for record in taken] == [b"a"]


async def test_the_leaders_session_ends_by_itself_if_it_freezes(outbox) -> None:
    relay = Relay(outbox.dsn, outbox.bus, TOPIC, service="approval")
    async with running(relay):
        await until(lambda: relay.leads)

        settings = {}
        connection = await relay._connect()
        for name in ("idle_session_timeout", "transaction_timeout"):
            settings[name] = await connection.fetchval("SELECT current_setting($1)", name)
        await connection.close()

    assert settings == {"idle_session_timeout": "10s", "transaction_timeout": "10s"}


async def test_a_stopped_relay_finishes_what_is_in_hand(outbox) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    class Slow(Gate):
        async def publish(self, records: Sequence[Record]) -> list[Outcome]:
            inside.set()
            await go_on.wait()
            return await super().publish(records)

    await outbox.queue(("case/1", "a"))
    relay = Relay(outbox.dsn, Slow(outbox), TOPIC, service="approval")
    task = asyncio.create_task(relay.run())
    await inside.wait()
    relay.stop()
    go_on.set()
    await asyncio.wait_for(task, 10)

    assert await outbox.waiting() == 0
    assert len(await outbox.arrived(1)) == 1


@pytest.mark.parametrize("relays", [1, 2, 3])
async def test_however_many_relays_run_one_leads(outbox, relays: int) -> None:
    running_ones = [Relay(outbox.dsn, outbox.bus, TOPIC, service="approval") for _ in range(relays)]
    tasks = [asyncio.create_task(relay.run()) for relay in running_ones]
    await outbox.queue(*[(f"case/{number}", "x") for number in range(200)])

    taken = await outbox.arrived(200)
    leaders = sum(relay.leads for relay in running_ones)
    for relay in running_ones:
        relay.stop()
    await asyncio.gather(*tasks)

    assert leaders == 1
    assert len(taken) == 200


async def test_a_thousand_events_cost_one_statement_and_one_call_of_the_bus(outbox) -> None:
    await outbox.queue(*[(f"case/{number}", "x") for number in range(5_000)])
    knife = Knife()
    bus = CutBus(outbox.bus, knife)

    async with running(Relay(outbox.dsn, bus, TOPIC, service="approval", connect=connecting(outbox.dsn, knife))):
        await outbox.arrived(5_000)

    assert knife.steps.count("publish") == 5
    turns = [step for step in knife.steps if step.startswith("WITH gone AS (DELETE FROM")]
    assert len(turns) <= 5 + 3
