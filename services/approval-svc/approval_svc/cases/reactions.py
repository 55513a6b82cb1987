"""What does a case learn from the timekeeper? Until when it may be examined, and that silence has accepted it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shenguan_chassis.deciding import on
from shenguan_chassis.refusals import BrokenMessage
from shenguan_chassis.tx import Tx
from shenguan_contracts.duties import Duty
from shenguan_contracts.notify import ObligationOpened, ObligationOverdue, ObligationRescheduled

from . import rules
from .rules import Case, CaseState, ExaminationLimit

_CASE = re.compile("case/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@on(ObligationOpened, ObligationRescheduled)
async def keep_examination_limit(tx: Tx, told: ObligationOpened | ObligationRescheduled) -> None:
    """审查期限: an acceptance after it is deemed, even if the bus is silent then (ALL art. 32); as last told."""
    if told.duty is Duty.EXAMINE_APPLICATION:
        tx.keep(ExaminationLimit(case_id=_case_id(told.about), due_at=told.due_at))


def _overdue_case(overdue: ObligationOverdue) -> Sequence[tuple[type[Any], Any]]:
    examined = overdue.duty is Duty.EXAMINE_APPLICATION and _CASE.fullmatch(overdue.about)
    return [(Case, UUID(examined[1]))] if examined else []


@on(ObligationOverdue, reads=_overdue_case)
async def accept_by_silence(tx: Tx, overdue: ObligationOverdue) -> None:
    """视为受理: nobody answered within five working days, so the law accepts from the receipt (ALL art. 32).

    A case that was accepted meanwhile stays as it is: the late news changes nothing.
    """
    if overdue.duty is not Duty.EXAMINE_APPLICATION:
        return
    case = await tx.find(Case, _case_id(overdue.about))
    if case is None:
        raise BrokenMessage(f"{overdue.about} is no case of this bureau")
    if case.state is CaseState.SUBMITTED:
        accepted = rules.deem_accepted(case)
        tx.save(case.apply(accepted), accepted)


def _case_id(about: str) -> UUID:
    found = _CASE.fullmatch(about)
    if found is None:
        raise BrokenMessage("an examination is about case/<id>")
    return UUID(found[1])
