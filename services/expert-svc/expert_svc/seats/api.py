"""Which doors lead to the seats of a panel?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call

from ..draws.key import ServerKey
from ..draws.record import Draw
from ..draws.views import DrawView
from . import commands
from .commands import Decline, ReportAbsence

router = APIRouter(tags=["现任名单"])


@router.post("/draws/{draw}/declines", summary="谢绝", response_model=DrawView)
async def decline(draw: UUID, body: Decline, call: Call, key: ServerKey) -> Response:
    """A member declines: signed, or before two witnesses; the seat is given anew by lot (R30)."""
    return await call.give(commands.decline_seat, draw, body, key, shows=DrawView, changes=Draw)


@router.post("/draws/{draw}/absences", summary="报告缺席", response_model=DrawView)
async def absence(draw: UUID, body: ReportAbsence, call: Call, key: ServerKey) -> Response:
    """A member did not come: said by two persons; the seat is given anew by lot (R30)."""
    return await call.give(commands.report_absence, draw, body, key, shows=DrawView, changes=Draw)


@router.post("/draws/{draw}/release", summary="解任", response_model=DrawView)
async def release(draw: UUID, call: Call) -> Response:
    """The panel's work is done: its members carry it no more (R30)."""
    return await call.give(commands.release_panel, draw, shows=DrawView, changes=Draw)
