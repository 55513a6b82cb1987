"""What changes obligations besides others' events? Time, the calendar, and two persons who find one not applicable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.duties import Duty
from shenguan_contracts.event import Event
from shenguan_contracts.notify import EscalationRaised
from shenguan_contracts.types import Post, Text
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import Calendar, working_days

from ..calendar import views as calendar
from ..directory import views as directory
from ..duties import views as duties
from . import excusing, passing, rules
from .counting import Count, calendar_start, end_of_count, next_reminder, reach, years_of
from .passing import RungDue
from .rules import Changed, Obligation, Timing
from .store import EarlierDate, EarlyAnswer, Escalation, early_to_look_at

UNSEEN_FOR: Final = timedelta(minutes=1)
"""Longer than a transaction of the inbox may last (half a minute)."""


class Disclaim(Body):
    """申请认定不适用."""

    reason: Text = Field(description="为何不适用，不含个人信息。", examples=["该文件与审批无关，无需抄告"])


@command(Role.LIAISON_OFFICER, Role.INSPECTOR)
async def disclaim_obligation(tx: Tx, obligation_id: UUID, body: Disclaim) -> Obligation:
    """申请认定不适用: the bearer's officer says why; the clock runs on (R17, 四眼原则)."""
    obligation = await tx.get(Obligation, obligation_id)
    row = duties.row_of(obligation.duty)
    return tx.save(*excusing.disclaim(obligation, row, body.reason, tx.caller.person, tx.now))


@command(Role.LIAISON_LEAD, Role.PRINCIPAL_HEAD)
async def excuse_obligation(tx: Tx, obligation_id: UUID) -> Obligation:
    """认定不适用: a second person of the bearer agrees, and nothing is owed any more (R16, 四眼原则)."""
    obligation = await tx.get(Obligation, obligation_id)
    return tx.save(*excusing.excuse(obligation, tx.caller.person, tx.now))


async def counted(tx: Tx, duty: Duty, count: Count) -> Timing:
    """The end of a count by the calendar as it stands; raises OutsideCalendar.

    It must be countable up to the top of its ladder: time passes without asking.
    """
    row = duties.row_of(duty)
    ahead = row.foresight
    known = await calendar.calendar_now(tx, calendar_start(count, ahead), reach(count, row.climb, ahead))
    end = end_of_count(count, known)
    _ladder(duty, end.due_on, end.due_at, known)
    since, last = years_of(count, end)
    warn_at = None if row.timer else next_reminder(end.due_on, row.reminders, count.since_at, known)
    return Timing(end=end, calendar=calendar.editions(known, since, last), warn_at=warn_at)


@lru_cache(maxsize=4_096)  # every obligation that opens or falls due asks, and those of one day end together
def _ladder(duty: Duty, due_on: date, due_at: datetime, known: Calendar) -> tuple[RungDue, ...]:
    return passing.ladder(due_on, due_at, duties.row_of(duty).ladder, known)


def change(tx: Tx, before: Obligation, changed: Changed) -> Obligation:
    """Save what an event did; an end that it moved is kept beside the new one."""
    after = tx.save(changed[0], *changed[1])
    if after.due_at != before.due_at:
        tx.keep(_earlier(before, after, changed[1], tx.now))
    return after


def _earlier(before: Obligation, after: Obligation, said: Sequence[Event], at: datetime) -> EarlierDate:
    moved_by = next(each for each in said if "due_at" in type(each).model_fields)
    return EarlierDate(
        obligation_id=before.id,
        until=after.version,
        department=before.department,
        due_on=before.due_on,
        due_at=before.due_at,
        moved_by=type(moved_by).__name__,
        moved_at=at,
    )


async def join_early_answers(tx: Tx, most: int) -> int:
    """先答后问: who acted before the question was heard has met it; returns how many answers were looked at.

    Two replicas may hear question and answer at one instant, each unseen by the other. Whoever was opening the question
    then has committed by now; whoever opens it later finds the answer.
    """
    rows = await tx.query(early_to_look_at(tx.now, most))
    for row in rows:
        obligation = await tx.find(Obligation, row["obligation_id"])
        met = rules.meet(obligation, row["said_at"]) if obligation else None
        if met is not None:
            tx.save(met[0], *met[1])
        tx.keep(EarlyAnswer(obligation_id=row["obligation_id"], said_at=row["said_at"]))
    return len(rows)


def lapse_wants(keys: Sequence[UUID]) -> list[tuple[type[Any], Any]]:
    """The rows that `let_lapse` will ask for, to be read at once."""
    return [(kind, key) for kind in (Obligation, EarlyAnswer) for key in keys]


async def let_lapse(tx: Tx, keys: Sequence[UUID]) -> int:
    """临期、逾期认定与逐级提醒 of those whose time has come; returns how many changed.

    Who came second finds nothing left to do: the row's version guards the transition.
    """
    overseer = await directory.holder_of(tx, "", Post.OVERSEER)
    return sum([await _let_one_lapse(tx, await tx.get(Obligation, key), overseer) for key in keys])


async def _let_one_lapse(tx: Tx, obligation: Obligation, overseer: UUID | None) -> bool:
    # Question and answer may have been heard by two replicas at the same moment, each unseen by the other.
    early = await tx.find(EarlyAnswer, obligation.id)
    met = rules.meet(obligation, early.said_at) if early else None
    if met is not None:
        tx.save(met[0], *met[1])
        return True
    lapsed = passing.lapse(obligation, await _climb(tx, obligation), tx.now, await _next_reminder(tx, obligation))
    if lapsed is not None:
        tx.save(lapsed[0], *lapsed[1])
        await _record(tx, [said for said in lapsed[1] if isinstance(said, EscalationRaised)], overseer)
    return lapsed is not None


async def _next_reminder(tx: Tx, obligation: Obligation) -> datetime | None:
    """When the bearer is reminded again, if now is a time to remind him; None: never again."""
    row = duties.row_of(obligation.duty)
    if obligation.timer or len(row.reminders) == 1 or tx.now > obligation.due_at:
        return None
    count = obligation.count()
    known = await calendar.calendar_now(
        tx, calendar_start(count, row.foresight), reach(count, row.climb, row.foresight)
    )
    return next_reminder(obligation.due_on, row.reminders, tx.now, known)


async def _climb(tx: Tx, obligation: Obligation) -> tuple[RungDue, ...]:
    """The ladder above the end that the obligation has, by the calendar as it stands."""
    if obligation.timer or tx.now <= obligation.due_at:
        return ()
    row = duties.row_of(obligation.duty)
    known = await calendar.calendar_now(tx, obligation.due_at, working_days(row.climb))
    return _ladder(obligation.duty, obligation.due_on, obligation.due_at, known)


async def _record(tx: Tx, raised: Sequence[EscalationRaised], overseer: UUID | None) -> None:
    for said in raised:
        of_office = said.rung is not Post.OVERSEER
        tx.keep(
            Escalation(
                obligation_id=said.obligation_id,
                rung=said.rung,
                department=said.department,
                person_id=await directory.holder_of(tx, said.department, said.rung) if of_office else overseer,
                raised_at=said.raised_at,
            )
        )


async def count_again(tx: Tx, keys: Sequence[UUID]) -> int:
    """改期: count obligations by the calendar as it stands now; returns how many changed (ALL art. 82)."""
    return sum([await _count_one_again(tx, await tx.get(Obligation, key)) for key in keys])


async def _count_one_again(tx: Tx, obligation: Obligation) -> bool:
    if (
        changed := _by_new_calendar(obligation, await counted(tx, obligation.duty, obligation.count()), tx.now)
    ) is None:
        return False
    change(tx, obligation, changed)
    return True


def _by_new_calendar(obligation: Obligation, timing: Timing, at: datetime) -> Changed | None:
    """What was in time after all is set right, but for duties whose lateness the law has drawn its consequence from."""
    if obligation.state not in rules.LATE:
        return rules.reschedule(obligation, timing, at)
    return None if duties.row_of(obligation.duty).has_legal_effect else rules.relieve(obligation, timing, at)
