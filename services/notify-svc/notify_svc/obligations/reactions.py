"""What does an event do to obligations? It opens, meets, stops, lengthens or ends some: one reaction for all rows.

The answer may be heard before the question: they are on different topics. It is then kept, and the obligation is
opened and met in one transaction when the question comes. What stops, lengthens or cancels an obligation is said on
the stream of the thing that it is about, after what opened it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shenguan_chassis.deciding import on
from shenguan_chassis.refusals import BrokenMessage
from shenguan_chassis.tx import Tx
from shenguan_contracts.duties import Duty
from shenguan_contracts.event import Event
from shenguan_kernel.working_days import OutsideCalendar

from ..calendar import views as calendar
from ..duties import views as duties
from ..duties.words import Answer, Deed, Demand
from ..hours import views as hours
from . import rules
from .commands import UNSEEN_FOR, change, counted
from .counting import Count, Extension, calendar_start, reach
from .rules import Changed, Obligation, Timing
from .store import EarlyAnswer, obligation_id, owed_about


def _wanted(event: Event) -> list[tuple[type[Any], Any]]:
    demands = duties.demands_of(event)
    met = [_key(answer) for answer in duties.answers_of(event) if answer.each is not None]
    opened = [_opened_key(demand) for demand in demands]
    return [
        *((Obligation, key) for key in [*met, *opened]),
        *((EarlyAnswer, key) for key in opened),
        *(hours.hours_wanted(demand.department) for demand in demands),
        *(wanted for demand in demands for wanted in duties.limit_wanted(demand.duty)),
        *(wanted for demand in demands for wanted in _years_wanted(demand)),
    ]


def _years_wanted(demand: Demand) -> list[tuple[type[Any], Any]]:
    count = Count(since_at=demand.since_at, length=demand.length)
    row = duties.row_of(demand.duty)
    return calendar.years_wanted(calendar_start(count, row.foresight), reach(count, row.climb, row.foresight))


def _key(answer: Answer) -> UUID:
    return obligation_id(answer.duty, answer.about, answer.party, answer.each or "")


def _opened_key(demand: Demand) -> UUID:
    return obligation_id(demand.duty, demand.about, demand.party, demand.each)


@on(*duties.heard_events(), reads=_wanted)
async def keep_obligations(tx: Tx, event: Event) -> None:
    """义务的产生、履行、中止、延长与消灭: what the event does to some, then what it asks for is opened."""
    said_at = tx.heard.time if tx.heard else tx.now
    for answer in duties.answers_of(event):
        for key in await _touched(tx, answer):
            await _answer(tx, key, answer, said_at, own_stream=answer.about == event.subject)
    for demand in duties.demands_of(event):
        await _open(tx, demand)


async def _touched(tx: Tx, answer: Answer) -> Sequence[UUID]:
    if answer.each is not None:
        return [_key(answer)]
    return [row["id"] for row in await tx.query(owed_about(answer.duty, answer.about, answer.party))]


async def _answer(tx: Tx, key: UUID, answer: Answer, said_at: datetime, *, own_stream: bool) -> None:
    obligation = await tx.find(Obligation, key)
    if obligation is None:
        # On the stream of the thing itself the question comes first, so there is none: not every case has every duty.
        if answer.deed is Deed.MEET and not own_stream:
            early = await tx.find(EarlyAnswer, key)
            first = min(said_at, early.said_at) if early else said_at
            tx.keep(EarlyAnswer(obligation_id=key, said_at=first, look_at=tx.now + UNSEEN_FOR))
        return
    changed = await _done(tx, obligation, answer, said_at)
    if changed is not None:
        change(tx, obligation, changed)


async def _done(tx: Tx, obligation: Obligation, answer: Answer, said_at: datetime) -> Changed | None:
    match answer.deed:
        case Deed.MEET:
            return rules.meet(obligation, said_at)
        case Deed.SUSPEND:
            return rules.suspend(obligation, answer.ground, answer.at or said_at)
        case Deed.RESUME:
            return await _resume(tx, obligation, answer.at or said_at)
        case Deed.EXTEND:
            return await _extend(tx, obligation, answer, said_at)
        case Deed.CANCEL:
            return rules.cancel(obligation, answer.ground, said_at)


async def _resume(tx: Tx, obligation: Obligation, at: datetime) -> Changed | None:
    if obligation.state is not rules.ObligationState.SUSPENDED:
        return None
    ended = rules.ended_pause(obligation, at)
    return rules.resume(ended, at, await _counted(tx, ended))


async def _extend(tx: Tx, obligation: Obligation, answer: Answer, said_at: datetime) -> Changed | None:
    extension = Extension(days=answer.days, until_at=answer.until_at, ground=answer.ground, extended_at=said_at)
    longer = rules.extended(obligation, extension)
    return rules.extend(longer, said_at, await _counted(tx, longer))


async def _open(tx: Tx, demand: Demand) -> None:
    key = _opened_key(demand)
    if await tx.find(Obligation, key) is not None:
        return
    obligation, opened = await _arisen(tx, key, demand)
    early = await tx.find(EarlyAnswer, key)
    met = rules.meet(obligation, early.said_at) if early else None
    if met is None:
        tx.add(obligation, opened)
    else:
        tx.add(met[0], opened, *met[1])


async def _arisen(tx: Tx, key: UUID, demand: Demand) -> rules.Arisen:
    """The obligation with its end, by the hours of its bearer and the limit that is in force."""
    row = duties.row_of(demand.duty)
    bearers = await hours.hours_now(tx, demand.department)
    limit = await duties.limit_now(tx, demand.duty)
    if limit is not None:
        demand = replace(demand, length=replace(demand.length, days=limit.days))
    count = Count(since_at=demand.since_at, length=demand.length, hours=bearers)
    timing = await _reached(tx, demand.duty, count)
    return rules.arise(key, demand, timing, bearers, edition=limit.version if limit else 0, timer=row.timer)


async def _counted(tx: Tx, obligation: Obligation) -> Timing:
    return await _reached(tx, obligation.duty, obligation.count())


async def _reached(tx: Tx, duty: Duty, count: Count) -> Timing:
    try:
        return await counted(tx, duty, count)
    except OutsideCalendar:
        raise BrokenMessage(f"{duty}: no calendar reaches {count.days} days from {count.since_at:%Y}") from None
