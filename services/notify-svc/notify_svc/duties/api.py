"""Which doors has the table of duties? One that everyone may read, and one for what the law leaves open."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from shenguan_chassis.http import Call, Visit

from . import commands, views
from .commands import SetLimit
from .setting import DutyLimit
from .store import limit_id

router = APIRouter(tags=["职责"])


@router.get("/duties", summary="职责清单", response_model=list[views.DutyView])
async def duties(visit: Visit) -> Response:
    """Every duty with its limit, legal source, ladder and consequence; public, no token."""
    return await visit.show(views.duties_shown)


@router.post("/duties/{duty}/limit", summary="设定及时的日数", response_model=views.LimitView)
async def set_limit(
    duty: Annotated[views.KnownDuty, Path(description="义务种类，见职责清单。", examples=["file_penalty"])],
    body: SetLimit,
    call: Call,
) -> Response:
    """Say how many working days 及时 means here, within the table's bounds (system administrator)."""
    return await call.give(
        commands.set_duty_limit, duty, body, shows=views.LimitView, changes=DutyLimit, key=limit_id(duty)
    )
