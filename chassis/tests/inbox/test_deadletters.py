"""Can an operator see what was set aside, and let it be tried again by one command?"""

import pytest

from shenguan_chassis.batch_tx import BatchTx
from shenguan_chassis.deadletters import Which, body_of, listed, redrive
from shenguan_chassis.ids import derived_id
from shenguan_chassis.refusals import BrokenMessage
from shenguan_chassis.testing.ear import Ear, line, reaction, write_line
from shenguan_contracts.approval import UnlistedPowerAttempted

BAD = f"attempt/{derived_id('attempt', 'bad')}"


async def reject(_: BatchTx, event: UnlistedPowerAttempted) -> None:
    raise BrokenMessage("no such item")


@pytest.fixture
async def set_aside(ear: Ear) -> Ear:
    """Two streams with a dead letter each; three events wait behind one of them."""
    ear.listens(reaction(reject, UnlistedPowerAttempted))
    await ear.hear(*[ear.record(line("bad", str(number)), number) for number in range(1, 5)])
    await ear.hear(ear.record(line("other", "1"), 1))
    ear.listens(reaction(write_line, UnlistedPowerAttempted))
    return ear


async def test_a_dead_letter_is_listed_with_its_reason_and_what_waits_behind_it(set_aside: Ear) -> None:
    letters = await listed(set_aside.database)

    found = {letter.subject: (letter.seq, letter.why, letter.reason, letter.behind) for letter in letters}
    assert found[BAD] == (1, "dead", "no such item", 3)
    assert len(found) == 2


async def test_the_list_is_read_page_by_page(set_aside: Ear) -> None:
    [first] = await listed(set_aside.database, limit=1)
    [second] = await listed(set_aside.database, after=(first.stream, first.seq), limit=1)

    assert first.stream < second.stream
    assert await listed(set_aside.database, after=(second.stream, second.seq)) == []


async def test_one_redriven_takes_effect_and_its_stream_follows_in_order(set_aside: Ear) -> None:
    assert await redrive(set_aside.database, Which(subject=BAD), set_aside.clock.now) == 1

    await set_aside.inbox.look_again()

    assert await set_aside.lines("bad") == ["1", "2", "3", "4"]
    assert await set_aside.lines("other") == []


async def test_all_of_a_type_are_redriven_at_once(set_aside: Ear) -> None:
    type_ = "cn.shenguan.approval.UnlistedPowerAttempted.v1"

    assert await redrive(set_aside.database, Which(type=type_, source="approval"), set_aside.clock.now) == 2

    await set_aside.inbox.look_again()
    assert await set_aside.parked() == {}


async def test_redriven_in_vain_it_is_set_aside_again(set_aside: Ear) -> None:
    set_aside.listens(reaction(reject, UnlistedPowerAttempted))
    await redrive(set_aside.database, Which(), set_aside.clock.now)

    await set_aside.inbox.look_again()

    assert [letter.behind for letter in await listed(set_aside.database, Which(subject=BAD))] == [3]


async def test_the_event_itself_can_be_read(set_aside: Ear) -> None:
    body = await body_of(set_aside.database, BAD, 1, "approval")

    assert body is not None
    assert b'"sequence":"0000000001"' in body
    assert await body_of(set_aside.database, BAD, 9, "approval") is None
