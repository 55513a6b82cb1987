"""In which order, and how often, does what was heard take effect? In its stream's order, once."""

import asyncio
import random
from contextlib import suppress

import pytest
from asyncpg import DeadlockDetectedError

from shenguan_chassis.ids import derived_id
from shenguan_chassis.testing.ear import Ear, line
from shenguan_contracts.envelope import decode

TEXTS = list("abcdefghij")


async def test_events_take_effect_in_the_order_of_their_numbers(ear: Ear) -> None:
    await ear.hear(*[ear.record(line("s", text), number) for number, text in enumerate(TEXTS, 1)])

    assert await ear.lines("s") == TEXTS
    assert await ear.at("s") == (10, 0)


async def test_an_event_heard_again_is_dropped(ear: Ear) -> None:
    first = ear.record(line("s", "a"), 1)
    await ear.hear(first, first)
    await ear.hear(first)

    assert await ear.lines("s") == ["a"]


async def test_an_unknown_stream_begins_at_one(ear: Ear) -> None:
    await ear.hear(ear.record(line("s", "b"), 2))
    assert await ear.lines("s") == []
    assert await ear.why("s") == {2: "gap"}

    await ear.hear(ear.record(line("s", "a"), 1))

    assert await ear.lines("s") == ["a", "b"]
    assert await ear.parked() == {}


async def test_what_comes_behind_a_hole_waits_for_it_and_then_follows_in_order(ear: Ear) -> None:
    await ear.hear(*[ear.record(line("s", TEXTS[n - 1]), n) for n in (1, 4, 3, 7, 6)])
    assert await ear.lines("s") == ["a"]
    assert await ear.why("s") == {3: "gap", 4: "behind", 6: "behind", 7: "behind"}

    await ear.hear(ear.record(line("s", "b"), 2))
    assert await ear.lines("s") == ["a", "b", "c", "d"]
    assert await ear.why("s") == {6: "gap", 7: "behind"}

    await ear.hear(ear.record(line("s", "e"), 5))
    assert await ear.lines("s") == TEXTS[:7]
    assert await ear.at("s") == (7, 0)


async def test_a_hole_in_one_stream_holds_up_no_other(ear: Ear) -> None:
    await ear.hear(ear.record(line("s", "b"), 2), ear.record(line("t", "a"), 1))

    assert await ear.lines("t") == ["a"]


async def test_the_same_number_of_two_sources_are_two_streams(ear: Ear) -> None:
    """An event class that two may say has a stream per source; here the second source's type is unknown."""
    mine = ear.record(line("s", "a"), 1)
    other = ear.record(line("s", "a"), 1, source="notify")

    await ear.hear(mine, other)

    assert await ear.lines("s") == ["a"]
    assert await ear.database.fetchval("SELECT count(*) FROM position") == 2


async def test_a_missing_event_is_asked_for_again_and_again_with_growing_patience(ear: Ear) -> None:
    await ear.hear(ear.record(line("s", "d"), 4))
    await ear.inbox.look_again()
    assert ear.asked == []

    waits = []
    for _ in range(9):
        due = await ear.database.fetchval("SELECT due FROM parked")
        waits.append((due - ear.clock.now).total_seconds())
        ear.clock.now = due
        await ear.inbox.look_again()

    assert [(ask.first, ask.last, ask.tries) for ask in ear.asked] == [(1, 3, number) for number in range(1, 10)]
    assert waits == [0.5, 2, 4, 8, 16, 32, 60, 60, 60]
    assert {ask.subject for ask in ear.asked} == {f"attempt/{derived_id('attempt', 's')}"}


async def test_a_missing_event_is_asked_for_within_a_minute(ear: Ear) -> None:
    await ear.hear(ear.record(line("s", "b"), 2))
    ear.clock.forward(seconds=60)

    await ear.inbox.look_again()

    assert len(ear.asked) == 1


async def test_a_snapshot_event_lets_a_stream_begin_late(ear: Ear) -> None:
    await ear.hear(ear.record(line("s", "snapshot"), 16, starts=True), ear.record(line("s", "next"), 17))

    assert await ear.lines("s") == ["snapshot", "next"]
    assert await ear.at("s") == (17, 0)


async def test_a_snapshot_event_jumps_over_a_hole_and_clears_what_was_parked_before_it(ear: Ear) -> None:
    await ear.hear(*[ear.record(line("s", TEXTS[n - 1]), n) for n in (1, 3, 4, 9)])

    await ear.hear(ear.record(line("s", "snapshot"), 8, starts=True))

    assert await ear.lines("s") == ["a", "snapshot", "i"]
    assert await ear.at("s") == (9, 0)


async def test_a_snapshot_event_that_is_old_is_a_duplicate(ear: Ear) -> None:
    await ear.hear(*[ear.record(line("s", text), number) for number, text in enumerate(TEXTS, 1)])

    await ear.hear(ear.record(line("s", "snapshot"), 8, starts=True))

    assert await ear.lines("s") == TEXTS


async def test_a_snapshot_event_reveals_what_waits_far_behind_a_long_queue(ear: Ear) -> None:
    """More events are parked than one batch loads; the one behind the snapshot lies beyond what was loaded."""
    await ear.hear(*[ear.record(line("s", str(number)), number) for number in range(2, 800)])

    await ear.hear(ear.record(line("s", "snapshot"), 700, starts=True))
    await ear.inbox.look_again()

    assert await ear.lines("s") == ["snapshot", *[str(number) for number in range(701, 800)]]
    assert await ear.at("s") == (799, 0)


async def test_thousands_that_wait_behind_one_hole_follow_in_portions(ear: Ear) -> None:
    for first in range(2, 3_002, 500):
        await ear.hear(*[ear.record(line("s", str(number)), number) for number in range(first, first + 500)])

    await ear.hear(ear.record(line("s", "1"), 1))
    rounds = 0
    while await ear.parked():
        await ear.inbox.look_again()
        rounds += 1

    assert await ear.lines("s") == [str(number) for number in range(1, 3_002)]
    assert rounds <= 10


@pytest.mark.parametrize("seed", range(5))
async def test_any_shuffle_with_duplicates_in_any_batches_has_the_same_effect(ear: Ear, seed: int) -> None:
    chance = random.Random(seed)
    streams = [str(number) for number in range(12)]
    records = [ear.record(line(stream, text), n) for stream in streams for n, text in enumerate(TEXTS, 1)] * 2
    chance.shuffle(records)

    while records:
        size = chance.randint(1, 40)
        await ear.hear(*records[:size])
        del records[:size]

    assert [await ear.lines(stream) for stream in streams] == [TEXTS] * len(streams)
    assert await ear.parked() == {}


async def test_two_members_with_overlapping_batches_take_each_event_once(ear: Ear, second: Ear) -> None:
    streams = [str(number) for number in range(20)]
    records = [ear.record(line(stream, text), n) for n, text in enumerate(TEXTS, 1) for stream in streams]
    batches = [records[first : first + 30] for first in range(0, len(records), 15)]

    async def listen(member: Ear) -> None:
        for batch in batches:
            await member.hear(*batch)

    await asyncio.gather(listen(ear), listen(second))

    assert [await ear.lines(stream) for stream in streams] == [TEXTS] * len(streams)
    assert await ear.parked() == {}


async def test_our_own_events_are_numbered_without_gap_and_queued_in_order(ear: Ear) -> None:
    await ear.hear(*[ear.record(line("s", text), number) for number, text in enumerate(TEXTS, 1)])

    kept = await ear.database.fetch("SELECT seq FROM event ORDER BY seq")
    queued = await ear.database.fetch("SELECT body FROM queue ORDER BY pos")
    assert [row["seq"] for row in kept] == list(range(1, 11))
    assert [decode(row["body"]).sequence for row in queued] == list(range(1, 11))
    assert ear.woken >= 1


async def test_a_type_without_reaction_advances_its_stream(ear: Ear) -> None:
    ear.listens({})

    await ear.hear(*[ear.record(line("s", text), number) for number, text in enumerate(TEXTS, 1)])

    assert await ear.at("s") == (10, 0)
    assert await ear.lines("s") == []


async def test_commands_that_change_the_same_aggregates_cost_no_effect(ear: Ear) -> None:
    """The batch is decided again, then with its rows locked: it gets through, and nothing is doubled."""
    streams = [str(number) for number in range(5)]
    await ear.hear(*[ear.record(line(stream, "0"), 1) for stream in streams])
    quiet = asyncio.Event()

    async def disturb() -> None:
        while not quiet.is_set():
            with suppress(DeadlockDetectedError):  # PostgreSQL may end the rival instead of the batch
                await ear.database.execute("UPDATE books SET version = version + 1")
            await asyncio.sleep(0)

    disturbing = asyncio.create_task(disturb())
    for number in range(2, 12):
        await ear.hear(*[ear.record(line(stream, str(number)), number) for stream in streams])
    quiet.set()
    await disturbing

    wanted = ["0", *[str(number) for number in range(2, 12)]]
    assert [await ear.lines(stream) for stream in streams] == [wanted] * 5
    assert await ear.parked() == {}
