"""Which doors lead to a department's penalties?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page

from . import commands, views
from .commands import PenaltyRevoke
from .views import PenaltyView

router = APIRouter(tags=["行政处罚"])


@router.post("/penalties/revoke", summary="吊销许可证件", status_code=201, response_model=PenaltyView)
async def revoke(body: PenaltyRevoke, call: Call) -> Response:
    """Strike a licence by penalty and inform the bureau in writing (R27)."""
    return await call.give(commands.penalty_revoke, body, shows=PenaltyView, status=201, at="/penalties/{id}")


@router.get("/penalties", summary="处罚决定", response_model=Page[PenaltyView])
async def listed(call: Call, wanted: Annotated[Asked, views.PENALTIES.query]) -> Response:
    """The penalties that the caller may see, each with its filing."""
    return await call.show(views.penalties_listed, wanted)


@router.get("/penalties/{penalty}", summary="处罚决定详情", response_model=PenaltyView)
async def shown(penalty: UUID, call: Call) -> Response:
    """One penalty and whether the bureau has filed it."""
    return await call.show(views.penalty_shown, penalty)
