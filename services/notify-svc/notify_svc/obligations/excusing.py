"""May a duty be found not to apply? One person says why, a second one agrees; until then the clock runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from shenguan_chassis.refusals import Refusal, second_person
from shenguan_contracts.notify import ObligationDisclaimed, ObligationNotApplicable
from shenguan_contracts.types import CardColour
from shenguan_kernel.machines import step

from ..duties.words import DutyRow
from .rules import OWED, TRANSITIONS, Obligation, ObligationState


class NotExcusable(Refusal, rule="ALL 42"):
    """此项义务由法律规定或涉及申请人权益，不能认定为不适用：请按期履行。"""


class NothingOwed(Refusal):
    """此项义务已经履行或者消灭：无需认定不适用。"""


class NotDisclaimed(Refusal, rule="四眼原则"):
    """尚无人申请认定不适用：请先由一人说明理由提出，再由另一人认定。"""


def disclaim(
    obligation: Obligation, row: DutyRow, reason: str, by: str, at: datetime
) -> tuple[Obligation, ObligationDisclaimed]:
    """申请认定不适用, with a reason; a later application replaces an earlier one. Raises NotExcusable, NothingOwed."""
    if not row.excusable:
        raise NotExcusable(duty=obligation.duty)
    if obligation.state not in OWED:
        raise NothingOwed(state=obligation.state)
    said = ObligationDisclaimed(**obligation.named(), reason=reason, disclaimed_at=at)
    state = step(TRANSITIONS, obligation.state, said)
    return replace(obligation, state=state, disclaimed_by=by, disclaimed_for=reason), said


def excuse(obligation: Obligation, by: str, at: datetime) -> tuple[Obligation, ObligationNotApplicable]:
    """认定不适用, by a second person. What was late stays so. Raises NotDisclaimed, NothingOwed, SamePersonTwice."""
    if obligation.state not in OWED:
        raise NothingOwed(state=obligation.state)
    if obligation.disclaimed_by is None or obligation.disclaimed_for is None:
        raise NotDisclaimed(obligation=obligation.id)
    second_person(by, obligation.disclaimed_by)
    said = ObligationNotApplicable(**obligation.named(), reason=obligation.disclaimed_for, excused_at=at)
    card = CardColour.RED if obligation.state is ObligationState.OVERDUE else None
    state = step(TRANSITIONS, obligation.state, said)
    return replace(obligation, state=state, card=card, ended_at=at, warn_at=None, look_at=None), said
