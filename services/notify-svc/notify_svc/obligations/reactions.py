"""What does an event do to obligations? It opens some and meets some: one reaction for every row of the table.

The answer may be heard before the question: they are on different topics. It is then kept, and the obligation is
opened and met in one transaction when the question comes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from shenguan_chassis.deciding import on
from shenguan_chassis.refusals import BrokenMessage
from shenguan_chassis.tx import Tx
from shenguan_contracts.event import Event
from shenguan_kernel.working_days import OutsideCalendar, due, working_days

from ..calendar import views as calendar
from ..duties import views as duties
from ..duties.words import Demand
from . import rules
from .rules import Obligation
from .store import EarlyAnswer, obligation_id


def _wanted(event: Event) -> list[tuple[type[Any], Any]]:
    met = [obligation_id(answer.duty, answer.about, answer.party) for answer in duties.answers_of(event)]
    demands = duties.demands_of(event)
    opened = [obligation_id(demand.duty, demand.about, demand.party) for demand in demands]
    return [
        *((Obligation, key) for key in [*met, *opened]),
        *((EarlyAnswer, key) for key in opened),
        *(wanted for demand in demands for wanted in calendar.years_wanted(demand.since_at, working_days(demand.days))),
    ]


@on(*duties.heard_events(), reads=_wanted)
async def keep_obligations(tx: Tx, event: Event) -> None:
    """义务的产生与履行: what the event answers is met by the time it was said, then what it asks for is opened."""
    said_at = tx.heard.time if tx.heard else tx.now
    for answer in duties.answers_of(event):
        await _answer(tx, obligation_id(answer.duty, answer.about, answer.party), said_at)
    for demand in duties.demands_of(event):
        await _open(tx, demand)


async def _answer(tx: Tx, key: UUID, said_at: datetime) -> None:
    obligation = await tx.find(Obligation, key)
    if obligation is None:
        early = await tx.find(EarlyAnswer, key)
        tx.keep(EarlyAnswer(obligation_id=key, said_at=min(said_at, early.said_at) if early else said_at))
    elif (done := rules.meet(obligation, said_at)) is not None:
        tx.save(*done)


async def _open(tx: Tx, demand: Demand) -> None:
    key = obligation_id(demand.duty, demand.about, demand.party)
    if await tx.find(Obligation, key) is not None:
        return
    obligation, opened = await _arisen(tx, key, demand)
    early = await tx.find(EarlyAnswer, key)
    met = rules.meet(obligation, early.said_at) if early else None
    if met is None:
        tx.add(obligation, opened)
    else:
        tx.add(met[0], opened, met[1])


async def _arisen(tx: Tx, key: UUID, demand: Demand) -> rules.Arisen:
    """The obligation with its end. It must be countable up to the top of its ladder: time passes without asking."""
    row = duties.row_of(demand.duty)
    try:
        counted_by = await calendar.calendar_now(tx, demand.since_at, working_days(demand.days + row.climb))
        ends = due(demand.since_at, working_days(demand.days), counted_by)
        rules.ladder(ends.due_on, ends.due_at, row.ladder, counted_by)
    except OutsideCalendar:
        raise BrokenMessage(
            f"{demand.duty}: no calendar reaches {demand.days} days from {demand.since_at:%Y}"
        ) from None
    return rules.arise(key, demand, ends, calendar.editions(counted_by, demand.since_at, ends.due_on))
