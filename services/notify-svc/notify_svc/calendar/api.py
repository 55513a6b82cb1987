"""Which doors does the calendar have? Two that everyone may read, and one for the operator."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import AfterValidator, AwareDatetime, WithJsonSchema
from pydantic_core import PydanticCustomError

from shenguan_chassis.http import Call, Visit
from shenguan_chassis.written import WRITTEN_OUT
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.working_days import AfterHours, CalendarFile, OfficeHours

from . import commands, views
from .rules import PublishedYear
from .store import year_id

router = APIRouter(tags=["工作日历"])

CLOSING = time(17)


def _of_the_wall(at: time) -> time:
    if at.tzinfo is not None:
        raise PydanticCustomError("time_with_zone", "时刻不带时区，按北京时间理解：请写成 17:00。")
    return at


_HOUR = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
WallTime = Annotated[time, AfterValidator(_of_the_wall), WithJsonSchema({"type": "string", "pattern": _HOUR})]
"""A time of day in Shanghai."""
Year = Annotated[int, Path(ge=1, le=9999, description="年度。", examples=[2026])]


@router.get("/calendar/{year}", summary="年度工作日历", response_model=views.YearView)
async def show_year(year: Year, visit: Visit) -> Response:
    """One year: days off, make-up days, announced or provisional, and its edition. Public, no token."""
    return await visit.show(views.year_shown, year)


@router.post("/calendar/{year}", summary="载入年度放假安排", response_model=views.YearView)
async def load_year(year: Year, body: CalendarFile, call: Call) -> Response:
    """Enter an announced year (system administrator). Open obligations are counted again, and keep the earlier date."""
    return await call.give(
        commands.load_year, year, body, shows=views.YearView, changes=PublishedYear, key=year_id(year)
    )


@router.get("/working-days", summary="期限计算", response_model=views.DueView)
async def count(  # noqa: PLR0913, PLR0917 - each is a query parameter
    visit: Visit,
    received_at: Annotated[AwareDatetime, WRITTEN_OUT, Query(description="收件时间，须注明时区。")],
    days: Annotated[int, Query(ge=1, le=1000, description="工作日数。")],
    policy: Annotated[AfterHours, Query(description="下班后收件算作哪一日。")] = AfterHours.SAME_DAY,
    closes_at: Annotated[WallTime, Query(description="下班时刻（北京时间）。")] = CLOSING,
    department: Annotated[
        DepartmentCode | None, Query(description="单位代码：按该单位设定的办公时间计算。", examples=["fire"])
    ] = None,
) -> Response:
    """The day on which a limit ends, each day explained. Public, no token."""
    office = OfficeHours(policy, closes_at) if department is None else department
    return await visit.show(views.due_shown, received_at, days, office)
