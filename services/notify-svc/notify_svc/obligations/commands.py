"""What does the service do to obligations unasked? Time passes, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from shenguan_chassis.tx import Tx
from shenguan_contracts.notify import EscalationRaised
from shenguan_kernel.working_days import working_days

from ..calendar import views as calendar
from ..directory import views as directory
from ..duties import views as duties
from . import rules
from .rules import Obligation, RungDue
from .store import EarlyAnswer, Escalation


async def let_lapse(tx: Tx, keys: Sequence[UUID]) -> int:
    """逾期认定与逐级提醒 of those whose time has come; returns how many changed.

    Who came second finds nothing left to do: the row's version guards the transition.
    """
    return sum([await _let_one_lapse(tx, await tx.get(Obligation, key)) for key in keys])


async def _let_one_lapse(tx: Tx, obligation: Obligation) -> bool:
    # Question and answer may have been heard by two replicas at the same moment, each unseen by the other.
    early = await tx.find(EarlyAnswer, obligation.id)
    met = rules.meet(obligation, early.said_at) if early else None
    if met is not None:
        tx.save(*met)
        return True
    lapsed = rules.lapse(obligation, await _ladder(tx, obligation), tx.now)
    if lapsed is not None:
        tx.save(lapsed[0], *lapsed[1])
        await _record(tx, [said for said in lapsed[1] if isinstance(said, EscalationRaised)])
    return lapsed is not None


async def _ladder(tx: Tx, obligation: Obligation) -> tuple[RungDue, ...]:
    row = duties.row_of(obligation.duty)
    counted_by = await calendar.calendar_now(tx, obligation.since_at, working_days(obligation.days + row.climb))
    return rules.ladder(obligation.due_on, obligation.due_at, row.ladder, counted_by)


async def _record(tx: Tx, raised: Sequence[EscalationRaised]) -> None:
    for said in raised:
        tx.keep(
            Escalation(
                obligation_id=said.obligation_id,
                rung=said.rung,
                department=said.department,
                person_id=await directory.holder_of(tx, said.department, said.rung),
                raised_at=said.raised_at,
            )
        )
