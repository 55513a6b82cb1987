"""Several replicas hear the same and different things at once: each obligation arises once, and is answered once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from notify_svc.app import service
from notify_svc.obligations.reactions import keep_obligations
from notify_svc.obligations.scheduler import look
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_chassis.together import transact_together
from shenguan_contracts.event import Event

from .neighbours import neighbours
from .said_by_others import forwarded, received

DOCUMENTS = 15
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


async def test_questions_and_answers_heard_by_different_replicas_at_once_meet_before_anyone_is_late(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    asked = [received(now, number=number) for number in range(1, DOCUMENTS + 1)]
    answered = [forwarded(now, number=number) for number in range(1, DOCUMENTS + 1)]
    both = [event for pair in zip(asked, answered, strict=True) for event in pair]

    await at_once(house, *both, *both)
    async with neighbours(house):
        house.clock.forward(timedelta(days=30))
        async with asyncio.timeout(30):
            while any(said.total() < 2 for said in (await words(house)).values()):
                await look(house.runtime)  # nobody is late before every neighbour was heard, which may take a while

    told = await words(house)
    assert len(told) == DOCUMENTS
    assert all(said == {"ObligationOpened": 1, "ObligationMet": 1} for said in told.values())
