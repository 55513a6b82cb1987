"""Which doors do obligations have? Reading ones: only time and other services' events change them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page
from shenguan_chassis.written import WRITTEN_OUT

from ..duties.views import KnownDuty
from . import views
from .views import EscalationView, ObligationView

router = APIRouter(tags=["义务"])


@router.get("/obligations", summary="义务清单", response_model=Page[ObligationView])
async def list_obligations(call: Call, wanted: Annotated[Asked, views.OBLIGATIONS.query]) -> Response:
    """By due instant, with filters; a department sees its own, the bureau and the overseer see all."""
    return await call.show(views.obligations_shown, wanted)


@router.get("/obligations/counts", summary="义务统计", response_model=list[views.Count])
async def counts(call: Call) -> Response:
    """How many obligations of each duty stand where."""
    return await call.show(views.counts_shown)


@router.get("/obligations/preview", summary="期限预览", response_model=views.Preview)
async def preview(
    call: Call,
    duty: Annotated[KnownDuty, Query(description="义务种类，见职责清单。")],
    since_at: Annotated[AwareDatetime, WRITTEN_OUT, Query(description="起算时间，须注明时区。")],
    days: Annotated[int | None, Query(ge=1, le=1000, description="承诺的工作日数，由事项承诺时填写。")] = None,
) -> Response:
    """When a duty would be due, each day explained, and who would be told if nobody acted. Changes nothing."""
    return await call.show(views.preview_shown, duty, since_at, days)


@router.get("/obligations/{obligation_id}", summary="义务及期限说明", response_model=views.ExplainedObligation)
async def show(obligation_id: UUID, call: Call) -> Response:
    """One obligation with every calendar day of its limit, counted or skipped and why."""
    return await call.show(views.obligation_shown, obligation_id)


@router.get("/escalations", summary="督办记录", response_model=Page[EscalationView])
async def escalations(call: Call, wanted: Annotated[Asked, views.ESCALATIONS.query]) -> Response:
    """Who was told of what is overdue, by time."""
    return await call.show(views.escalations_shown, wanted)
