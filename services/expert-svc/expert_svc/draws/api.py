"""Which doors lead to draws?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page

from . import commands, views
from .commands import DrawPanel, VoidDraw
from .key import ServerKey
from .record import Draw
from .views import DrawView

router = APIRouter(tags=["随机抽取"])


@router.post("/draws", summary="公告并抽取", status_code=201, response_model=DrawView)
async def draw(body: DrawPanel, call: Call, key: ServerKey) -> Response:
    """Declare a draw and draw its panel at assurance level 0: the server's VRF alone (R30)."""
    return await call.give(commands.draw_panel, body, key, shows=DrawView, status=201, at="/draws/{id}")


@router.post("/draws/{draw}/void", summary="作废抽取", response_model=DrawView)
async def void(draw: UUID, body: VoidDraw, call: Call) -> Response:
    """Let a panel no longer stand; draw and certificate stay visible for ever (R30)."""
    return await call.give(commands.void_draw, draw, body, shows=DrawView, changes=Draw)


@router.get("/draws", summary="抽取记录", response_model=Page[DrawView])
async def listed(call: Call, wanted: Annotated[Asked, views.DRAWS.query]) -> Response:
    """The draws that the caller may see."""
    return await call.show(views.draws_listed, wanted)


@router.get("/draws/{draw}", summary="抽取详情", response_model=DrawView)
async def shown(draw: UUID, call: Call) -> Response:
    """One draw with its panel."""
    return await call.show(views.draw_shown, draw)
