"""Which doors do obligations have? Reading ones: only time and other services' events change them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from shenguan_chassis.http import Call

from ..duties.views import KnownDuty
from . import views

router = APIRouter(tags=["义务"])


@router.get("/obligations", summary="义务清单")
async def list_obligations(wanted: Annotated[views.ObligationFilter, Query()], call: Call) -> Response:
    """By due instant, with filters; a department sees its own, the bureau and the overseer see all."""
    return await call.show(views.obligations_shown, wanted)


@router.get("/obligations/counts", summary="义务统计")
async def counts(call: Call) -> Response:
    """How many obligations of each duty stand where."""
    return await call.show(views.counts_shown)


@router.get("/obligations/preview", summary="期限预览")
async def preview(
    call: Call,
    duty: KnownDuty,
    since_at: Annotated[AwareDatetime, Query(description="When it would begin, with time zone.")],
    days: Annotated[int | None, Query(ge=1, le=1000, description="Promised working days, if promised.")] = None,
) -> Response:
    """When a duty would be due, each day explained, and who would be told if nobody acted. Changes nothing."""
    return await call.show(views.preview_shown, duty, since_at, days)


@router.get("/obligations/{obligation_id}", summary="义务及期限说明")
async def show(obligation_id: UUID, call: Call) -> Response:
    """One obligation with every calendar day of its limit, counted or skipped and why."""
    return await call.show(views.obligation_shown, obligation_id)


@router.get("/escalations", summary="督办记录")
async def escalations(
    call: Call,
    after: Annotated[str | None, Query(description="`next` of the previous page.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Rows per page.")] = 50,
) -> Response:
    """Who was told of what is overdue, by time."""
    return await call.show(views.escalations_shown, after, limit)
