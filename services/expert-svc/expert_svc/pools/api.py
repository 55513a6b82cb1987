"""Which doors lead to the lists of experts?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from shenguan_chassis.http import Call
from shenguan_chassis.http.paging import USUAL, After, Limit
from shenguan_chassis.reading import Page
from shenguan_contracts.expert import Pool

from . import commands, views
from .commands import FileExpert
from .views import ExpertView

router = APIRouter(tags=["专家库"])


@router.post("/experts", summary="专家备案", status_code=201, response_model=ExpertView)
async def file(body: FileExpert, call: Call) -> Response:
    """Put a department's nominee on a list (R28, R29, R30)."""
    return await call.give(commands.file_expert, body, shows=ExpertView, status=201, at="/experts/{id}")


@router.get("/experts", summary="在库专家", response_model=Page[ExpertView])
async def listed(
    call: Call,
    pool: Annotated[Pool | None, Query(description="名单。")] = None,
    after: After = None,
    limit: Limit = USUAL,
) -> Response:
    """The experts that the caller may see."""
    return await call.show(views.experts_listed, pool=pool, after=after, limit=limit)


@router.get("/experts/{expert}", summary="专家", response_model=ExpertView)
async def shown(expert: UUID, call: Call) -> Response:
    """One expert, by number only."""
    return await call.show(views.expert_shown, expert)
