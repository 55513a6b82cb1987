"""Which doors does the calendar have? Two that everyone may read, and one for the operator."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from shenguan_chassis.http import Call, Visit
from shenguan_kernel.working_days import AfterHours, CalendarFile

from . import commands, views
from .rules import PublishedYear
from .store import year_id

router = APIRouter(tags=["工作日历"])

CLOSING = time(17)


@router.get("/calendar/{year}", summary="年度工作日历")
async def show_year(year: int, visit: Visit) -> Response:
    """One year: days off, make-up days, announced or provisional, and its edition. Public, no token."""
    return await visit.show(views.year_shown, year)


@router.post("/calendar/{year}", summary="载入年度放假安排")
async def load_year(year: int, body: CalendarFile, call: Call) -> Response:
    """Enter an announced year (system administrator). Obligations already open keep their dates."""
    return await call.give(
        commands.load_year, year, body, shows=views.YearView, changes=PublishedYear, key=year_id(year)
    )


@router.get("/working-days", summary="期限计算")
async def count(
    visit: Visit,
    received_at: Annotated[AwareDatetime, Query(description="Receipt, with time zone.")],
    days: Annotated[int, Query(ge=1, le=1000, description="Working days.")],
    policy: Annotated[AfterHours, Query(description="What a receipt after hours counts as.")] = AfterHours.SAME_DAY,
    closes_at: Annotated[time, Query(description="Close of business in Shanghai.")] = CLOSING,
) -> Response:
    """The day on which a limit ends, each day explained. Public, no token."""
    return await visit.show(views.due_shown, received_at, days, policy, closes_at)
