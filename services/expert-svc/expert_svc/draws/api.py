"""Which doors lead to draws?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page

from . import commands, views
from .bodies import CommitNumber, DrawPanel, GiveEscrow, OpenShare, ReadBeacon, RevealNumber, VoidDraw
from .key import ServerKey
from .record import Draw
from .views import DrawView

router = APIRouter(tags=["随机抽取"])


@router.post("/draws", summary="公告并抽取", status_code=201, response_model=DrawView)
async def draw(body: DrawPanel, call: Call, key: ServerKey) -> Response:
    """Declare a draw; without contributors its panel is drawn at once, at assurance level 0 (R30)."""
    return await call.give(commands.draw_panel, body, key, shows=DrawView, status=201, at="/draws/{id}")


@router.post("/draws/{draw}/void", summary="作废抽取", response_model=DrawView)
async def void(draw: UUID, body: VoidDraw, call: Call) -> Response:
    """Let a panel no longer stand; draw and certificate stay visible for ever (R30)."""
    return await call.give(commands.void_draw, draw, body, shows=DrawView, changes=Draw)


@router.post("/draws/{draw}/commitments", summary="提交随机数承诺", response_model=DrawView)
async def commit(draw: UUID, body: CommitNumber, call: Call) -> Response:
    """Bind the caller's department to a number that nobody else knows yet (R30)."""
    return await call.give(commands.commit_number, draw, body, shows=DrawView, changes=Draw)


@router.post("/draws/{draw}/reveals", summary="公开随机数", response_model=DrawView)
async def reveal(draw: UUID, body: RevealNumber, call: Call, key: ServerKey) -> Response:
    """Reveal the caller's department's number; after the last one the panel is drawn, unless a beacon is due (R30)."""
    return await call.give(commands.reveal_number, draw, body, key, shows=DrawView, changes=Draw)


@router.post("/draws/{draw}/escrows", summary="托管随机数", response_model=DrawView)
async def escrow(draw: UUID, body: GiveEscrow, call: Call) -> Response:
    """Put the number of the caller's department in escrow, where two of three custodians can open it (R30)."""
    return await call.give(commands.give_escrow, draw, body, shows=DrawView, changes=Draw)


@router.post("/draws/{draw}/openings", summary="开启托管份额", response_model=DrawView)
async def opening(draw: UUID, body: OpenShare, call: Call, key: ServerKey) -> Response:
    """Open a custodian's share of a number that was withheld beyond its deadline (R30)."""
    return await call.give(commands.open_share, draw, body, key, shows=DrawView, changes=Draw)


@router.post("/draws/{draw}/beacon", summary="录入公共随机值", response_model=DrawView)
async def beacon(draw: UUID, body: ReadBeacon, call: Call, key: ServerKey) -> Response:
    """Enter the declared public value; when a second person enters the same, the panel is drawn (R30)."""
    return await call.give(commands.read_beacon, draw, body, key, shows=DrawView, changes=Draw)


@router.get("/draws", summary="抽取记录", response_model=Page[DrawView])
async def listed(call: Call, wanted: Annotated[Asked, views.DRAWS.query]) -> Response:
    """The draws that the caller may see."""
    return await call.show(views.draws_listed, wanted)


@router.get("/draws/{draw}", summary="抽取详情", response_model=DrawView)
async def shown(draw: UUID, call: Call) -> Response:
    """One draw with its panel."""
    return await call.show(views.draw_shown, draw)
