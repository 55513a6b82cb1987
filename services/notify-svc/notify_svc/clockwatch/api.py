"""Which doors has the watch over the clock? One to look, and the operator's one confirmation."""

from __future__ import annotations

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call

from . import commands, views
from .rules import ClockWatch
from .store import WATCH
from .views import WatchView

router = APIRouter(tags=["时钟"])


@router.get("/clock", summary="时钟状态", response_model=WatchView)
async def show(call: Call) -> Response:
    """Whether the host's clock is trusted; while it is in doubt, duties with a legal effect are held."""
    return await call.show(views.clock_shown)


@router.post("/clock/confirm", summary="确认时钟", response_model=WatchView)
async def confirm(call: Call) -> Response:
    """Confirm once that the host's clock is right (system administrator); what was held goes on."""
    return await call.give(commands.confirm_clock, shows=WatchView, changes=ClockWatch, key=WATCH)
