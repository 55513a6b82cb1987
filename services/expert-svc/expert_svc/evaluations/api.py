"""Which doors lead to evaluations?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page

from . import commands, views
from .commands import Evaluate
from .rules import Evaluation
from .views import EvaluationView

router = APIRouter(tags=["专家评价"])


@router.post("/draws/{draw}/evaluations", summary="评价专家履职", status_code=201, response_model=EvaluationView)
async def evaluate(draw: UUID, body: Evaluate, call: Call) -> Response:
    """Evaluate how a member of a panel served (R28, R29)."""
    return await call.give(
        commands.evaluate_member, draw, body, shows=EvaluationView, status=201, at="/evaluations/{id}"
    )


@router.post("/evaluations/{evaluation}/confirm", summary="确认评价", response_model=EvaluationView)
async def confirm(evaluation: UUID, call: Call) -> Response:
    """Confirm it as a second person of the same office: from now on it counts."""
    return await call.give(commands.confirm_evaluation, evaluation, shows=EvaluationView, changes=Evaluation)


@router.get("/evaluations", summary="评价记录", response_model=Page[EvaluationView])
async def listed(call: Call, wanted: Annotated[Asked, views.EVALUATIONS.query]) -> Response:
    """The evaluations that the caller may see."""
    return await call.show(views.evaluations_listed, wanted)


@router.get("/evaluations/{evaluation}", summary="评价详情", response_model=EvaluationView)
async def shown(evaluation: UUID, call: Call) -> Response:
    """One evaluation with its marks."""
    return await call.show(views.evaluation_shown, evaluation)
