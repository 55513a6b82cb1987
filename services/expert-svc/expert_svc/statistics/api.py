"""Which doors lead to the statistics of draws?"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page
from shenguan_chassis.written import WRITTEN_OUT

from . import views
from .store import Through
from .views import PatternView, Picture, StatisticsView

router = APIRouter(tags=["抽取统计"])

Since = Annotated[date | None, WRITTEN_OUT, Query(description="公告日期从此日起。")]
Until = Annotated[date | None, WRITTEN_OUT, Query(description="公告日期至此日止。")]
Wanted = Annotated[Picture, Query(description="哪张图：专家抽中次数、部门占比、抽取次数、回避。")]
_PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}}


@router.get("/draw-statistics", summary="抽取统计", response_model=StatisticsView)
async def statistics(call: Call, since: Since = None, until: Until = None) -> Response:
    """Counts beside the published chances; a department sees its own."""
    return await call.show(views.statistics_shown, Through(since, until))


@router.get("/draw-statistics.svg", summary="抽取统计图", responses=_PICTURE, response_class=Response)
async def picture(picture: Wanted, call: Call, since: Since = None, until: Until = None) -> Response:
    """One of the figures as a picture."""
    return await call.show(views.picture_shown, picture, Through(since, until))


@router.get("/draw-patterns", summary="抽取异常预警", response_model=Page[PatternView])
async def patterns(call: Call, wanted: Annotated[Asked, views.PATTERNS.query]) -> Response:
    """The alarms that were raised."""
    return await call.show(views.patterns_listed, wanted)
