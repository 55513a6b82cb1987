"""At which doors is a case submitted, accepted, granted and read?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from shenguan_chassis.http import Call
from shenguan_chassis.http.paging import USUAL, After, Limit
from shenguan_chassis.reading import Page

from . import commands, views
from .commands import SubmitCase
from .rules import Case, CaseState
from .views import AttemptView, CaseView

router = APIRouter(tags=["办件"])


@router.post("/cases", summary="申请", status_code=201, response_model=CaseView)
async def submit(body: SubmitCase, call: Call) -> Response:
    """Take an application in at the one window, whatever its channel (R13, R15)."""
    return await call.give(commands.submit_case, body, shows=CaseView, status=201, at="/cases/{id}")


@router.post("/cases/{case_id}/accept", summary="受理", response_model=CaseView)
async def accept(case_id: UUID, call: Call) -> Response:
    """Accept the application; after five working days the law has done so (ALL art. 32)."""
    return await call.give(commands.accept_case, case_id, shows=CaseView, changes=Case)


@router.post("/cases/{case_id}/grant", summary="准予许可", response_model=CaseView)
async def grant(case_id: UUID, call: Call) -> Response:
    """Grant the application: the licence is issued in the same act (ALL art. 38)."""
    return await call.give(commands.grant_case, case_id, shows=CaseView, changes=Case)


@router.get("/cases", summary="办件列表", response_model=Page[CaseView])
async def listed(
    call: Call,
    state: Annotated[CaseState | None, Query(description="办件状态。")] = None,
    after: After = None,
    limit: Limit = USUAL,
) -> Response:
    """The cases the caller may see, page by page."""
    return await call.show(views.cases_listed, state=state, after=after, limit=limit)


@router.get("/cases/{case_id}", summary="办件详情", response_model=CaseView)
async def shown(case_id: UUID, call: Call) -> Response:
    """One case."""
    return await call.show(views.case_shown, case_id)


@router.get("/attempts", summary="清单外行权记录", response_model=Page[AttemptView])
async def attempts(call: Call, after: After = None, limit: Limit = USUAL) -> Response:
    """What was attempted outside the power list, for the bureau and the overseer (R8, R10)."""
    return await call.show(views.attempts_listed, after=after, limit=limit)
