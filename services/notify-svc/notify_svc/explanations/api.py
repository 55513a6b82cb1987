"""Which doors explain an end? JSON, picture, and an office's calendar for any calendar program."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from shenguan_chassis.http import Call
from shenguan_contracts.types import DepartmentCode

from . import views

router = APIRouter(tags=["义务"])


@router.get(
    "/obligations/calendar.ics",
    summary="单位时限日历",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
async def calendar_file(
    call: Call, department: Annotated[DepartmentCode, Query(description="承担单位代码。", examples=["fire"])]
) -> Response:
    """What an office still owes, as an iCalendar file (RFC 5545); a department sees its own only."""
    return await call.show(views.office_calendar, department)


@router.get("/obligations/{obligation_id}/explanation", summary="期限说明", response_model=views.Explanation)
async def explanation(obligation_id: UUID, call: Call) -> Response:
    """Every calendar day counted or skipped and why; suspensions, extensions, and the ends it had before."""
    return await call.show(views.explanation_shown, obligation_id)


@router.get(
    "/obligations/{obligation_id}/explanation.svg",
    summary="期限图示",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
)
async def picture(obligation_id: UUID, call: Call) -> Response:
    """The same as a strip of days."""
    return await call.show(views.strip_shown, obligation_id)
