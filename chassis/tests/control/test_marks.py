"""When may something be called overdue? When all that was dated before has been heard, even what was on its way."""

import asyncio
from datetime import timedelta

from shenguan_chassis.bus.port import Record
from shenguan_contracts.catalogue import CONTROL_TOPIC
from shenguan_contracts.control import MarkAsked, MarkGiven, decode_note, encode_note
from shenguan_contracts.envelope import urn


async def test_a_mark_is_had_once_everything_said_before_was_heard(open_district) -> None:
    district = await open_district()
    await district.say("s", "a")
    instant = district.clock.legal()

    assert await district.marks.heard_past(instant)

    assert await district.lines("s") == ["a"]


async def test_an_instant_in_the_future_cannot_be_passed(open_district) -> None:
    district = await open_district()

    assert not await district.marks.heard_past(district.clock.legal() + timedelta(hours=1), within=1)


async def test_a_source_that_does_not_answer_gives_no_mark(open_district) -> None:
    district = await open_district()
    instant = district.clock.legal()
    district.marks._hears = frozenset({"approval", "expert"})

    assert not await district.marks.heard_past(instant, within=3)


async def test_an_event_that_is_still_queued_holds_the_mark_back(open_district) -> None:
    district = await open_district()
    district.relay.stop()
    await district.say("s", "a")

    assert not await district.marks.heard_past(district.clock.legal(), within=3)


async def test_a_transaction_still_open_with_an_earlier_time_holds_the_mark_back(open_district) -> None:
    district = await open_district()
    instant = district.clock.legal()
    async with district.speaker.acquire() as connection:
        late = connection.transaction()
        await late.start()
        await connection.execute("INSERT INTO queue (subject, body) VALUES ('attempt/x', 'late')")
        asked = asyncio.create_task(district.marks.heard_past(instant, within=8))
        done, _ = await asyncio.wait({asked}, timeout=2.5)
        await late.commit()
        district.relay.wake()

    assert not done
    assert await asked
    assert await district.listener.fetchval("SELECT count(*) FROM unreadable") == 1


async def test_what_was_marked_once_is_known_without_asking_again(open_district) -> None:
    district = await open_district()
    instant = district.clock.legal()
    assert await district.marks.heard_past(instant)

    district.marks._hears = frozenset({"nobody"})

    assert await district.marks.heard_past(instant - timedelta(days=1), within=0.1)


async def test_who_hears_nobody_waits_for_nobody(open_district) -> None:
    district = await open_district()
    district.marks._hears = frozenset()

    assert await district.marks.heard_past(district.clock.legal() + timedelta(days=1))


async def test_a_question_whose_asker_gave_up_long_ago_is_not_answered(open_district) -> None:
    """After a standstill the topic is full of them: answering each would keep the database from its work."""
    district = await open_district()
    now = district.clock.system()
    old = MarkAsked(source="notify", said_at=now - timedelta(hours=1), until=now - timedelta(hours=1))
    async with district.bus.tail([CONTROL_TOPIC]) as reader:
        await district.bus.publish([Record(CONTROL_TOPIC, b"x", encode_note(old, source=urn("370302", "notify")))])
        assert await district.marks.heard_past(district.clock.legal())
        notes = [decode_note(record.value) for record in await reader.take(wait=1)]

    assert [note.until for note in notes if isinstance(note, MarkGiven)] != [old.until]
    assert len([note for note in notes if isinstance(note, MarkGiven)]) == 1
