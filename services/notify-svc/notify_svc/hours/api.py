"""Which doors do business hours have?"""

from __future__ import annotations

from datetime import time
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from shenguan_chassis.http import Body, Call, Visit
from shenguan_contracts.types import AfterHoursRule, DepartmentCode
from shenguan_kernel.working_days import AfterHours, OfficeHours

from . import commands, views
from .rules import BusinessHours
from .store import hours_id
from .views import HoursView

router = APIRouter(tags=["办公时间"])


class SetHours(Body):
    """办公时间规则."""

    after_hours: AfterHoursRule = Field(description="下班后收件算作哪一日。")
    closes_at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = Field(
        default="17:00", description="下班时刻（北京时间）。", examples=["17:00"]
    )

    def as_hours(self) -> OfficeHours:
        """The value that due dates are counted with."""
        return OfficeHours(AfterHours(self.after_hours.value), time.fromisoformat(self.closes_at))


@router.get("/business-hours", summary="办公时间", response_model=list[HoursView])
async def show(visit: Visit) -> Response:
    """The offices that set their hours; public, no token."""
    return await visit.show(views.hours_shown)


@router.post("/business-hours/{department}", summary="设定办公时间", response_model=HoursView)
async def set_hours(
    department: Annotated[DepartmentCode, Path(description="单位代码。", examples=["fire"])], body: SetHours, call: Call
) -> Response:
    """Set one office's closing time and after-hours rule (system administrator); open obligations keep theirs."""
    return await call.give(
        commands.set_business_hours,
        department,
        body.as_hours(),
        shows=HoursView,
        changes=BusinessHours,
        key=hours_id(department),
    )
