"""Is nothing lost in silence? A hole is asked for, a lost tail is found by the roll call, and both are sent again."""

from datetime import timedelta

from shenguan_chassis.bus.port import Record
from shenguan_chassis.control.rollcall import behind, heads
from shenguan_contracts.catalogue import CONTROL_TOPIC
from shenguan_contracts.control import ResendAsked, encode_note
from shenguan_contracts.envelope import urn


async def test_a_hole_is_asked_for_and_filled_by_its_owner(open_district) -> None:
    district = await open_district()
    await district.say("s", "a")
    await district.say("s", "lost", queued=False)
    await district.say("s", "c")

    await district.until("s", "a", "lost", "c")


async def test_a_lost_tail_with_nothing_behind_it_is_found_at_the_roll_call(open_district) -> None:
    district = await open_district()
    await district.say("s", "a")
    await district.until("s", "a")
    await district.say("s", "lost", "lost too", queued=False)

    await district.owner.call_roll()

    await district.until("s", "a", "lost", "lost too")


async def test_a_whole_stream_that_was_lost_is_found_at_the_roll_call(open_district) -> None:
    district = await open_district()
    await district.say("s", "a", "b", queued=False)

    await district.owner.call_roll()

    await district.until("s", "a", "b")


async def test_a_doubt_about_the_bus_calls_the_roll_at_once(open_district) -> None:
    """Joining is a doubt: what was lost before the listener started is found without waiting for the hour."""
    district = await open_district()
    await district.say("s", "a", queued=False)

    await district.until("s", "a")


async def test_what_is_still_queued_is_not_told_as_heard(open_district) -> None:
    district = await open_district()
    district.relay.stop()
    subject = await district.say("s", "a", queued=False)
    await district.speaker.execute("INSERT INTO queue (subject, body) VALUES ($1, 'x')", subject)

    async with district.speaker.acquire() as connection:
        told = await heads(connection, district.clock.system() - timedelta(hours=1))

    assert told == []


async def test_who_has_all_or_has_it_parked_is_not_behind(open_district) -> None:
    district = await open_district()
    subject = await district.say("s", "a")
    await district.until("s", "a")

    async with district.listener.acquire() as connection:
        assert await behind(connection, "approval", [(subject, 1)]) == []
        late = await behind(connection, "approval", [(subject, 3), ("attempt/unknown", 2)])

    assert [(one.subject, one.first, one.last) for one in late] == [(subject, 2, 3), ("attempt/unknown", 1, 2)]


async def test_many_who_miss_the_same_are_answered_once(open_district) -> None:
    district = await open_district()
    subject = await district.say("s", "a", queued=False)
    asked = ResendAsked(
        source="notify", said_at=district.clock.system(), owner="approval", subject=subject, first=1, last=1
    )
    note = Record(CONTROL_TOPIC, b"x", encode_note(asked, source=urn("370302", "notify")))

    await district.bus.publish([note] * 10)
    await district.until("s", "a")

    ends = await district.bus.ends(["shenguan.approval.v1"])
    assert sum(ends.values()) == 1
