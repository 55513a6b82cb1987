"""Which doors do obligations have? Reading ones, and two for what two persons find not to apply."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page
from shenguan_chassis.written import WRITTEN_OUT

from ..duties.views import KnownDuty
from . import commands, views
from .asking import Supposed
from .commands import Disclaim
from .rules import Obligation
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
async def preview(  # noqa: PLR0913, PLR0917 - each is a query parameter
    call: Call,
    duty: Annotated[KnownDuty, Query(description="义务种类，见职责清单。")],
    since_at: Annotated[AwareDatetime, WRITTEN_OUT, Query(description="起算时间，须注明时区。")],
    days: Annotated[int | None, Query(ge=1, le=1000, description="工作日数，由事项承诺或来文载明时填写。")] = None,
    ends_at: Annotated[
        AwareDatetime | None, WRITTEN_OUT, Query(description="届满或者举行的时间，于指定时间届满的义务填写。")
    ] = None,
    suspended_from: Annotated[date | None, WRITTEN_OUT, Query(description="中止起日（行政许可法第四十五条）。")] = None,
    suspended_to: Annotated[date | None, WRITTEN_OUT, Query(description="中止止日，当日仍不计入。")] = None,
    extended_days: Annotated[int, Query(ge=0, le=100, description="延长的工作日数。")] = 0,
) -> Response:
    """When a duty would be due, each day explained, and who would be told if nobody acted. Changes nothing."""
    supposed = Supposed(
        duty=duty,
        since_at=since_at,
        days=days,
        ends_at=ends_at,
        suspended_from=suspended_from,
        suspended_to=suspended_to,
        extended_days=extended_days,
    )
    return await call.show(views.preview_shown, supposed)


@router.get("/obligations/{obligation_id}", summary="义务及期限说明", response_model=views.ExplainedObligation)
async def show(obligation_id: UUID, call: Call) -> Response:
    """One obligation with every calendar day of its limit, counted or skipped and why."""
    return await call.show(views.obligation_shown, obligation_id)


@router.post("/obligations/{obligation_id}/disclaim", summary="申请认定不适用", response_model=ObligationView)
async def disclaim(obligation_id: UUID, body: Disclaim, call: Call) -> Response:
    """Say that it does not apply, and why; the clock runs on until a second person agrees."""
    return await call.give(commands.disclaim_obligation, obligation_id, body, shows=ObligationView, changes=Obligation)


@router.post("/obligations/{obligation_id}/excuse", summary="认定不适用", response_model=ObligationView)
async def excuse(obligation_id: UUID, call: Call) -> Response:
    """Agree that it does not apply: by a second person of the same office."""
    return await call.give(commands.excuse_obligation, obligation_id, shows=ObligationView, changes=Obligation)


@router.get("/escalations", summary="督办记录", response_model=Page[EscalationView])
async def escalations(call: Call, wanted: Annotated[Asked, views.ESCALATIONS.query]) -> Response:
    """Who was told of what is overdue, by time."""
    return await call.show(views.escalations_shown, wanted)
