"""Several replicas hear the same and different things at once: each obligation arises once, and is answered once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from notify_svc.app import service
from notify_svc.obligations.commands import UNSEEN_FOR
from notify_svc.obligations.joining import join
from notify_svc.obligations.reactions import keep_obligations
from notify_svc.obligations.store import EarlyAnswer, obligation_id
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_chassis.together import transact_together
from shenguan_chassis.tx import Tx
from shenguan_contracts.duties import Duty
from shenguan_contracts.event import Event

from .said_by_others import claimed, issued, received

DOCUMENTS = 15
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
MET_ONCE = {"ObligationOpened": 1, "ObligationMet": 1}
RECIPIENTS = ("bureau", "housing")


async def at_once(house: House, *events: Event) -> None:
    """Each event in a transaction of its own, all at the same time, as replicas do."""
    await asyncio.gather(*(transact_together(house.runtime, keep_obligations, event) for event in events))


async def words(house: House) -> dict[str, Counter[str]]:
    """What was said of each obligation, and how often."""
    told: dict[str, Counter[str]] = {}
    for event in await house.said():
        if event.subject.startswith("obligation/"):
            told.setdefault(event.subject, Counter())[event.type.split(".")[3]] += 1
    return told


async def test_an_obligation_that_four_replicas_open_at_once_arises_once(open_house: OpenHouse) -> None:
    house = await open_house(service)
    documents = [received(house.clock.legal(), *RECIPIENTS, number=number) for number in range(1, DOCUMENTS + 1)]

    await at_once(house, *documents * 4)

    told = await words(house)
    assert len(told) == DOCUMENTS * len(RECIPIENTS)
    assert all(said == {"ObligationOpened": 1} for said in told.values())


def claim_of(number: int) -> str:
    """The obligation to claim the licence of that number; its answer comes on a topic of its own."""
    license_id = issued(NOON, "fire", number=number).license_id
    return f"obligation/{obligation_id(Duty.CLAIM_APPROVAL, f'license/{license_id}', 'fire')}"


async def minutes_pass(house: House) -> None:
    """Until whatever two replicas did not see of each other is looked at once more."""
    house.clock.forward(UNSEEN_FOR + timedelta(seconds=1))
    while await join(house.runtime):
        pass


async def test_questions_and_answers_heard_by_different_replicas_at_once_meet_within_two_minutes(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    asked = [issued(now, "fire", number=number) for number in range(DOCUMENTS)]
    answered = [claimed(now, "fire", number=number) for number in range(DOCUMENTS)]
    both = [event for pair in zip(asked, answered, strict=True) for event in pair]

    await at_once(house, *both, *both)
    await minutes_pass(house)

    told = await words(house)
    assert [told[claim_of(number)] for number in range(DOCUMENTS)] == [MET_ONCE] * DOCUMENTS


async def test_an_answer_that_no_replica_saw_beside_its_question_is_neither_lost_nor_looked_at_for_ever(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    key = UUID(claim_of(1).partition("/")[2])

    async def unseen_by_the_other(tx: Tx) -> None:
        tx.keep(EarlyAnswer(obligation_id=key, said_at=now, look_at=tx.now + UNSEEN_FOR))

    await house.hear(issued(now, "fire", number=1), source="approval")
    await house.runtime.transact(unseen_by_the_other)
    before = (await words(house))[claim_of(1)]
    await minutes_pass(house)

    waiting = await house.runtime.pool.fetchval("SELECT count(*) FROM early_answers WHERE look_at IS NOT NULL")
    assert (before, (await words(house))[claim_of(1)], waiting) == ({"ObligationOpened": 1}, MET_ONCE, 0)


async def test_an_answer_whose_question_comes_much_later_still_meets_it(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(claimed(now, "fire", number=1), source="supervision")
    await minutes_pass(house)

    await house.hear(issued(now, "fire", number=1), source="approval")

    assert (await words(house))[claim_of(1)] == MET_ONCE
