"""How is a member's service evaluated, and by whom? (R28, R29)"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal, SamePersonTwice, second_person
from shenguan_contracts.draws import EvaluationConfirmed, EvaluationEntered
from shenguan_kernel.machines import Machine, Transition, step


class EvaluationState(StrEnum):
    """评价状态."""

    ENTERED = "entered"
    """已录入"""
    CONFIRMED = "confirmed"
    """已确认"""


TRANSITIONS: Final[Machine[EvaluationState]] = {
    EvaluationEntered: Transition(to=EvaluationState.ENTERED),
    EvaluationConfirmed: Transition((EvaluationState.ENTERED,), EvaluationState.CONFIRMED),
}


class NotAMember(Refusal, rule="R28, R29", field="expert"):
    """该专家不在此次抽取的现任名单中：只评价实际履职的专家。"""


class AlreadyEvaluated(Refusal, rule="R28, R29"):
    """贵单位已评价此专家在该事项中的履职，不得更改。"""


class EvaluationStands(Refusal, rule="R28, R29"):
    """该评价已经确认，不得更改：无需重复办理。"""


class SameEvaluator(SamePersonTwice, rule="R28, R29"):
    """评价须由同一单位的另一人确认。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """评价: of one member of one panel by one office."""

    id: UUID
    version: int = 0
    draw_id: UUID
    purpose: str
    expert_no: str
    department: str
    score: int
    remark: str | None
    state: EvaluationState
    entered_by: str
    entered_at: datetime
    confirmed_at: datetime | None = None

    def confirm(self, confirmed: EvaluationConfirmed) -> Evaluation:
        """The evaluation once it counts."""
        return replace(self, state=step(TRANSITIONS, self.state, confirmed), confirmed_at=confirmed.confirmed_at)


def confirm(evaluation: Evaluation, *, by: str, at: datetime) -> EvaluationConfirmed:
    """确认评价 by a second person. Raises EvaluationStands, SameEvaluator."""
    if evaluation.state is EvaluationState.CONFIRMED:
        raise EvaluationStands(evaluation=evaluation.id)
    second_person(by, evaluation.entered_by, refusal=SameEvaluator, evaluation=evaluation.id)
    return EvaluationConfirmed(
        evaluation_id=evaluation.id, draw_id=evaluation.draw_id, department=evaluation.department, confirmed_at=at
    )
