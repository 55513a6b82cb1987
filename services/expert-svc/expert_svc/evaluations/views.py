"""How did experts serve?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Between, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_chassis.refusals import NotFound
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.roles import READERS

from ..draws.bodies import ExpertNo
from .store import evaluations


class EvaluationView(Shown):
    """评价."""

    id: UUID
    version: int
    draw_id: UUID
    purpose: str
    expert_no: str
    department: str
    score: int
    remark: str | None
    state: str
    entered_at: datetime
    confirmed_at: datetime | None


def _evaluations() -> Select[Any]:
    return select(*(column for column in evaluations.c if column.name in EvaluationView.model_fields))


EVALUATIONS = Listing(
    "evaluations",
    _evaluations(),
    shows=EvaluationView,
    filters=[
        Same("expert_no", "专家编号", ExpertNo),
        Same("department", "评价单位代码", DepartmentCode),
        Between("entered_at", "评价时间"),
    ],
    sorts=["entered_at"],
)


@view(*READERS)
async def evaluations_listed(read: Read, wanted: Asked) -> Page[EvaluationView]:
    """The evaluations that the caller may see: a department's own, the bureau's all."""
    return await EVALUATIONS.page(read, wanted)


@view(*READERS)
async def evaluation_shown(read: Read, evaluation: UUID) -> EvaluationView:
    """One evaluation; raises NotFound."""
    rows = await read.rows(_evaluations().where(evaluations.c.id == evaluation))
    if not rows:
        raise NotFound()
    return EvaluationView.model_validate(dict(rows[0]))
