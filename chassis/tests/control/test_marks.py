"""When may something be called overdue? When all that was dated before has been heard, even what was on its way."""

import asyncio
from datetime import timedelta


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
