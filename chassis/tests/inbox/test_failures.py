"""What if an event cannot take effect? It alone waits or is set aside, its stream behind it, and nothing is lost."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import text

from shenguan_chassis.batch_tx import BatchTx
from shenguan_chassis.ids import derived_id
from shenguan_chassis.inbox.halting import Halted
from shenguan_chassis.pending import Conflict
from shenguan_chassis.refusals import BrokenMessage, NotYet, Refusal
from shenguan_chassis.testing.ear import Book, Ear, granted, line, note, reaction
from shenguan_contracts.approval import CaseGranted, UnlistedPowerAttempted

POISON = "poison"


async def choke_on_poison(tx: BatchTx, event: UnlistedPowerAttempted) -> None:
    await note(tx, event, event.item_code)
    if event.item_code == POISON:
        raise ZeroDivisionError


CHOKING = reaction(choke_on_poison, UnlistedPowerAttempted)


async def until_quiet(ear: Ear, rounds: int = 40) -> None:
    """Look again at what is due, however late that is."""
    for _ in range(rounds):
        due = await ear.database.fetchval("SELECT min(due) FROM parked")
        if due is None:
            return
        ear.clock.now = max(ear.clock.now, due)
        await ear.inbox.look_again()
    raise AssertionError("it never comes to rest")


async def test_one_that_fails_is_parked_and_all_others_of_its_batch_take_effect(ear: Ear) -> None:
    ear.listens(CHOKING)
    others = [ear.record(line(str(number), "a"), 1) for number in range(199)]

    await ear.hear(*others[:100], ear.record(line("bad", POISON), 1), *others[100:])

    assert [await ear.lines(str(number)) for number in range(199)] == [["a"]] * 199
    assert await ear.why("bad") == {1: "failed"}
    assert await ear.lines("bad") == []


async def test_what_follows_a_failed_event_in_its_stream_waits_behind_it(ear: Ear) -> None:
    ear.listens(CHOKING)

    await ear.hear(ear.record(line("bad", "a"), 1), ear.record(line("bad", POISON), 2), ear.record(line("bad", "c"), 3))
    await ear.hear(ear.record(line("bad", "d"), 4))

    assert await ear.lines("bad") == ["a"]
    assert await ear.why("bad") == {2: "failed", 3: "behind", 4: "behind"}


async def test_a_failed_event_is_tried_again_and_its_stream_goes_on_in_order(ear: Ear) -> None:
    ear.listens(CHOKING)
    await ear.hear(ear.record(line("bad", POISON), 1), ear.record(line("bad", "b"), 2))
    ear.listens(reaction(_write, UnlistedPowerAttempted))

    await until_quiet(ear)

    assert await ear.lines("bad") == [POISON, "b"]
    assert await ear.at("bad") == (2, 0)


async def test_after_its_last_try_it_is_a_dead_letter_with_its_reason(ear: Ear) -> None:
    ear.listens(CHOKING)
    await ear.hear(ear.record(line("bad", POISON), 1), ear.record(line("bad", "b"), 2))

    await until_quiet(ear)

    row = await ear.database.fetchrow("SELECT why, tries, reason, due FROM parked WHERE seq = 1")
    assert (row["why"], row["tries"], row["due"]) == ("dead", 8, None)
    assert row["reason"].startswith("ZeroDivisionError at inbox/test_failures.py:")


async def test_the_reason_never_quotes_what_an_error_says(ear: Ear) -> None:
    async def talk(_: BatchTx, event: UnlistedPowerAttempted) -> None:
        raise ValueError("phone 13800000000")

    ear.listens(reaction(talk, UnlistedPowerAttempted))
    await ear.hear(ear.record(line("s", "a"), 1))

    assert "138" not in await ear.database.fetchval("SELECT reason FROM parked")


async def test_a_refusal_in_a_reaction_is_a_failure_like_any_other(ear: Ear) -> None:
    async def refuse(_: BatchTx, event: UnlistedPowerAttempted) -> None:
        raise Refusal

    ear.listens(reaction(refuse, UnlistedPowerAttempted))
    await ear.hear(ear.record(line("s", "a"), 1))

    assert await ear.why("s") == {1: "failed"}


async def test_what_only_fails_when_it_is_written_is_pinned_to_its_event(ear: Ear) -> None:
    await ear.database.execute("ALTER TABLE books ADD CONSTRAINT no_poison CHECK (NOT 'poison' = ANY(lines))")

    await ear.hear(ear.record(line("bad", POISON), 1), ear.record(line("good", "a"), 1))

    assert await ear.why("bad") == {1: "failed"}
    assert await ear.lines("good") == ["a"]
    assert "no_poison" in await ear.database.fetchval("SELECT reason FROM parked")


async def test_a_value_that_postgresql_cannot_hold_is_the_events_fault(ear: Ear) -> None:
    async def write_nul(tx: BatchTx, event: UnlistedPowerAttempted) -> None:
        await note(tx, event, "\x00" if event.item_code == POISON else event.item_code)

    ear.listens(reaction(write_nul, UnlistedPowerAttempted))
    await ear.hear(ear.record(line("bad", POISON), 1), ear.record(line("good", "a"), 1))

    assert await ear.why("bad") == {1: "failed"}
    assert await ear.lines("good") == ["a"]


async def test_a_broken_message_is_set_aside_at_once(ear: Ear) -> None:
    async def reject(_: BatchTx, event: UnlistedPowerAttempted) -> None:
        raise BrokenMessage("no such item")

    ear.listens(reaction(reject, UnlistedPowerAttempted))
    await ear.hear(ear.record(line("s", "a"), 1))

    assert await ear.why("s") == {1: "dead"}
    assert await ear.database.fetchval("SELECT reason FROM parked") == "no such item"


async def test_data_against_its_schema_is_set_aside_at_once(ear: Ear) -> None:
    await ear.hear(ear.record(line("s", "a"), 1, data={"attempt_id": "no id"}), ear.record(line("t", "a"), 1))

    assert await ear.why("s") == {1: "dead"}
    assert await ear.lines("t") == ["a"]


async def test_a_subject_that_contradicts_its_data_is_set_aside(ear: Ear) -> None:
    await ear.hear(ear.record(line("s", "a"), 1, subject=f"attempt/{derived_id('attempt', 'other')}"))

    assert await ear.why("other") == {1: "dead"}


async def test_if_a_reaction_fails_for_every_stream_the_consumer_halts_and_sets_nothing_aside(ear: Ear) -> None:
    ear.listens(CHOKING)
    hearing = asyncio.create_task(
        ear.inbox.take_effect([ear.record(line(str(number), POISON), 1) for number in range(10)])
    )
    async with asyncio.timeout(10):
        while ear.inbox.halted is None:  # noqa: ASYNC110 - the inbox itself is asked
            await asyncio.sleep(0.01)
    ear.inbox.stop()

    assert await hearing is False
    assert await ear.database.fetchval("SELECT count(*) FROM parked") == 0
    assert ear.inbox.halted == "cn.shenguan.approval.UnlistedPowerAttempted.v1"


async def test_success_of_another_type_does_not_excuse_a_type_that_fails_everywhere(ear: Ear) -> None:
    async def ignore(_: BatchTx, event: CaseGranted) -> None:
        """Another reaction, which works."""

    ear.listens(CHOKING | reaction(ignore, CaseGranted))
    bad = [ear.record(line(str(number), POISON), 1) for number in range(10)]
    good = [ear.record(granted(str(number), "l"), 1) for number in range(10)]
    hearing = asyncio.create_task(ear.inbox.take_effect([*bad, *good]))
    async with asyncio.timeout(10):
        while ear.inbox.halted is None:  # noqa: ASYNC110 - the inbox itself is asked
            await asyncio.sleep(0.01)
    ear.inbox.stop()

    assert await hearing is False


async def test_ten_failures_among_successes_of_their_type_halt_nothing(ear: Ear) -> None:
    ear.listens(CHOKING)

    await ear.hear(
        *[ear.record(line(str(number), POISON), 1) for number in range(10)], ear.record(line("good", "a"), 1)
    )

    assert await ear.lines("good") == ["a"]
    assert await ear.database.fetchval("SELECT count(*) FROM parked WHERE why = 'failed'") == 10


async def test_failures_that_trickle_in_one_by_one_halt_it_too(ear: Ear) -> None:
    ear.listens(CHOKING)
    for number in range(9):
        await ear.hear(ear.record(line(str(number), POISON), 1))

    hearing = asyncio.create_task(ear.inbox.take_effect([ear.record(line("tenth", POISON), 1)]))
    async with asyncio.timeout(10):
        while ear.inbox.halted is None:  # noqa: ASYNC110 - the inbox itself is asked
            await asyncio.sleep(0.01)
    ear.inbox.stop()

    assert await hearing is False
    assert await ear.why("tenth") == {}


async def test_a_halted_consumer_goes_on_by_itself_once_the_reaction_works(ear: Ear) -> None:
    works = False

    async def sometimes(tx: BatchTx, event: UnlistedPowerAttempted) -> None:
        if not works:
            raise ZeroDivisionError
        await note(tx, event, event.item_code)

    ear.listens(reaction(sometimes, UnlistedPowerAttempted))
    hearing = asyncio.create_task(
        ear.inbox.take_effect([ear.record(line(str(number), "a"), 1) for number in range(10)])
    )
    async with asyncio.timeout(10):
        while ear.inbox.halted is None:  # noqa: ASYNC110 - the inbox itself is asked
            await asyncio.sleep(0.01)
    works = True

    assert await hearing is True
    assert ear.inbox.halted is None
    assert await ear.lines("3") == ["a"]


async def needs_case(tx: BatchTx, event: UnlistedPowerAttempted) -> None:
    """Writes first, then finds that a case must come before."""
    await note(tx, event, event.item_code)
    if await tx.find(Book, derived_id("case", event.item_code)) is None:
        raise NotYet("approval", "case", derived_id("case", event.item_code))


async def open_case(tx: BatchTx, event: CaseGranted) -> None:
    await note(tx, event, "case")


WAITING = reaction(needs_case, UnlistedPowerAttempted) | reaction(open_case, CaseGranted)


async def test_what_comes_too_early_takes_its_writes_back_and_waits(ear: Ear) -> None:
    ear.listens(WAITING)

    await ear.hear(ear.record(line("s", "c"), 1), ear.record(granted("other", "l"), 1))

    assert await ear.why("s") == {1: "not_yet"}
    assert await ear.lines("s") == []
    assert await ear.database.fetchval("SELECT count(*) FROM books") == 1
    assert await ear.database.fetchval("SELECT count(*) FROM event") == 1


async def test_it_is_woken_at_once_when_what_it_waits_for_takes_effect(ear: Ear) -> None:
    ear.listens(WAITING)
    await ear.hear(ear.record(line("s", "c"), 1), ear.record(line("s", "c"), 2))
    await ear.hear(ear.record(granted("c", "l"), 1))

    await ear.inbox.look_again()

    assert await ear.lines("s") == ["c", "c"]


async def test_it_is_woken_even_if_what_it_waits_for_comes_in_the_same_batch(ear: Ear) -> None:
    ear.listens(WAITING)
    await ear.hear(ear.record(line("s", "c"), 1), ear.record(granted("c", "l"), 1))

    await ear.inbox.look_again()

    assert await ear.lines("s") == ["c"]


async def test_a_wake_up_that_was_lost_is_made_up_for_by_the_poll(ear: Ear) -> None:
    ear.listens(WAITING)
    await ear.hear(ear.record(line("s", "c"), 1))
    due = await ear.database.fetchval("SELECT due FROM parked")
    await ear.hear(ear.record(granted("c", "l"), 1))
    await ear.database.execute("UPDATE parked SET due = $1", due)

    ear.clock.forward(seconds=0.2)
    await ear.inbox.look_again()

    assert await ear.lines("s") == ["c"]


async def test_what_it_waits_for_never_comes_then_it_becomes_a_dead_letter(ear: Ear) -> None:
    ear.listens(WAITING, early_at_all=timedelta(hours=1))
    await ear.hear(ear.record(line("s", "c"), 1))

    await until_quiet(ear, rounds=200)

    assert await ear.why("s") == {1: "dead"}
    assert (await ear.database.fetchval("SELECT reason FROM parked")).startswith("waited too long: waits for approval")


async def test_writes_already_flushed_by_a_query_are_taken_back_too(ear: Ear) -> None:
    async def look_then_wait(tx: BatchTx, event: UnlistedPowerAttempted) -> None:
        await note(tx, event, event.item_code)
        await tx.query(text("SELECT 1"))
        if event.item_code == POISON:
            raise NotYet("approval", "case", event.attempt_id)

    ear.listens(reaction(look_then_wait, UnlistedPowerAttempted))
    await ear.hear(ear.record(line("early", POISON), 1), ear.record(line("s", "a"), 1))

    assert await ear.why("early") == {1: "not_yet"}
    assert await ear.lines("early") == []
    assert await ear.lines("s") == ["a"]


async def test_a_conflict_makes_the_whole_batch_again_and_counts_against_no_event(ear: Ear) -> None:
    await ear.hear(ear.record(line("s", "a"), 1))
    tries = 0

    async def raced(tx: BatchTx, event: UnlistedPowerAttempted) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            await ear.database.execute("UPDATE books SET version = version + 1")
        await note(tx, event, event.item_code)

    ear.listens(reaction(raced, UnlistedPowerAttempted))
    await ear.hear(ear.record(line("s", "b"), 2))

    assert await ear.lines("s") == ["a", "b"]
    assert tries == 2
    assert await ear.database.fetchval("SELECT count(*) FROM parked") == 0


async def test_an_event_that_conflicts_for_ever_alone_is_blamed_in_the_end(ear: Ear) -> None:
    async def always(_: BatchTx, event: UnlistedPowerAttempted) -> None:
        raise Conflict

    ear.listens(reaction(always, UnlistedPowerAttempted))
    await ear.hear(ear.record(line("s", "a"), 1))

    assert await ear.why("s") == {1: "failed"}


@pytest.mark.parametrize("how", ["deadlock", "lost"])
async def test_what_the_database_does_to_us_is_no_events_fault(ear: Ear, how: str) -> None:
    tries = 0

    async def disturbed(tx: BatchTx, event: UnlistedPowerAttempted) -> None:
        nonlocal tries
        tries += 1
        if tries == 1 and how == "deadlock":
            raise asyncpg.DeadlockDetectedError("deadlock")
        if tries == 1:
            await ear.database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shenguan inbox'"
                " AND datname = current_database()"
            )
        await note(tx, event, event.item_code)

    ear.listens(reaction(disturbed, UnlistedPowerAttempted))
    await ear.hear(ear.record(line("s", "a"), 1))

    assert await ear.lines("s") == ["a"]
    assert tries == 2


def test_a_halt_names_the_type() -> None:
    assert Halted("x").type == "x"


async def _write(tx: BatchTx, event: UnlistedPowerAttempted) -> None:
    await note(tx, event, event.item_code)


async def test_what_a_batch_has_checked_or_written_is_not_checked_again_at_each_query(ear: Ear) -> None:
    """A reaction that queries writes what is pending first: twenty of them must not cost two hundred checks."""
    await ear.hear(*[ear.record(line(str(number), "a"), 1) for number in range(20)])
    statements: list[str] = []

    async def look_and_write(tx: BatchTx, event: UnlistedPowerAttempted) -> None:
        if event.attempt_id == derived_id("attempt", "0"):
            tx.connection.add_query_logger(lambda asked: statements.append(asked.query))
        await tx.query(text("SELECT 1"))
        await note(tx, event, event.item_code)

    ear.listens(reaction(look_and_write, UnlistedPowerAttempted))
    await ear.hear(*[ear.record(line(str(number), "b"), 2) for number in range(20)])

    assert [await ear.lines(str(number)) for number in range(20)] == [["a", "b"]] * 20
    assert len([statement for statement in statements if "FOR SHARE" in statement]) == 1
