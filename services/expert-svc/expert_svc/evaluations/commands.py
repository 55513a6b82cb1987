"""What may be done about evaluations? One person of an office enters it, a second one confirms it."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.draws import EvaluationEntered
from shenguan_contracts.types import Text
from shenguan_kernel.machines import step
from shenguan_kernel.roles import Role

from ..draws.bodies import ExpertNo
from ..draws.record import Draw
from . import rules
from .rules import TRANSITIONS, AlreadyEvaluated, Evaluation, NotAMember
from .store import evaluation_id

_EVALUATORS = (
    Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD,
    Role.INSPECTOR, Role.LIAISON_OFFICER, Role.LIAISON_LEAD, Role.PRINCIPAL_HEAD,
)  # fmt: skip


class Evaluate(Body):
    """评价专家履职."""

    expert: ExpertNo = Field(description="专家编号。")
    score: int = Field(ge=0, le=100, description="得分，0 至 100。")
    remark: Text | None = Field(default=None, description="评语；不写姓名、号码等个人信息。")


@command(*_EVALUATORS)
async def evaluate_member(tx: Tx, draw: UUID, body: Evaluate) -> Evaluation:
    """评价专家: how a member of a panel served; it counts once a second person confirms it (R28, R29)."""
    found, office = await tx.get(Draw, draw), tx.caller.department or ""
    if body.expert not in found.panel:
        raise NotAMember(expert=body.expert, draw=draw)
    key = evaluation_id(draw, body.expert, office)
    if await tx.find(Evaluation, key) is not None:
        raise AlreadyEvaluated(expert=body.expert, draw=draw)
    entered = EvaluationEntered(evaluation_id=key, draw_id=draw, department=office, entered_at=tx.now)
    evaluation = Evaluation(
        id=key,
        draw_id=draw,
        purpose=found.purpose,
        expert_no=body.expert,
        department=office,
        score=body.score,
        remark=body.remark,
        state=step(TRANSITIONS, None, entered),
        entered_by=tx.caller.person,
        entered_at=tx.now,
    )
    return tx.add(evaluation, entered)


@command(*_EVALUATORS)
async def confirm_evaluation(tx: Tx, evaluation: UUID) -> Evaluation:
    """确认评价 by a second person of the same office (R28, R29)."""
    found = await tx.get(Evaluation, evaluation)
    confirmed = rules.confirm(found, by=tx.caller.person, at=tx.now)
    return tx.save(found.confirm(confirmed), confirmed)
