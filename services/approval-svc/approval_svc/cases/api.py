"""At which doors is a case submitted, accepted, granted and read?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from shenguan_chassis.http import Call
from shenguan_chassis.http.bulk import Bulk
from shenguan_chassis.http.unmasking import Unmask, Unmasked, unmasked
from shenguan_chassis.listing import Asked, Page
from shenguan_kernel.personal import Mobile

from . import commands, views
from .commands import SubmitCase
from .rules import Case
from .views import AttemptView, CaseDetail, CasesFound, CaseView

router = APIRouter(tags=["办件"])

SUBMIT_MANY = Bulk(commands.submit_case, SubmitCase, shows=CaseDetail, status=201)


@router.post("/cases", summary="申请", status_code=201, response_model=CaseDetail)
async def submit(body: SubmitCase, call: Call) -> Response:
    """Take an application in at the one window, whatever its channel (R13, R15)."""
    return await call.give(commands.submit_case, body, shows=CaseDetail, status=201, at="/cases/{id}")


@router.post("/cases/bulk", summary="批量申请", **SUBMIT_MANY.described)
async def submit_many(request: Request, call: Call) -> Response:
    """Take applications in by the line, as a department's system sends them (R13, R15)."""
    return await SUBMIT_MANY.give_each(call, request)


@router.post("/cases/{case_id}/accept", summary="受理", response_model=CaseDetail)
async def accept(case_id: UUID, call: Call) -> Response:
    """Accept the application; after five working days the law has done so (ALL art. 32)."""
    return await call.give(commands.accept_case, case_id, shows=CaseDetail, changes=Case)


@router.post("/cases/{case_id}/grant", summary="准予许可", response_model=CaseDetail)
async def grant(case_id: UUID, call: Call) -> Response:
    """Grant the application: the licence is issued in the same act (ALL art. 38)."""
    return await call.give(commands.grant_case, case_id, shows=CaseDetail, changes=Case)


@router.get("/cases", summary="办件列表", response_model=Page[CaseView])
async def listed(call: Call, wanted: Annotated[Asked, views.CASES.query]) -> Response:
    """The cases the caller may see, page by page."""
    return await call.show(views.cases_listed, wanted)


@router.get("/cases-by-number", summary="按经办人手机号码查找办件", response_model=CasesFound)
async def found(
    call: Call, mobile: Annotated[Mobile, Header(alias="Find-Mobile", description="手机号码，不得写入网址。")]
) -> Response:
    """The cases that somebody with this number brought in: it comes in a header, for addresses end in logs."""
    return await call.show(views.cases_found, mobile)


@router.post("/cases/{case_id}/unmask", summary="查看经办人信息", response_model=Unmasked)
async def unmask(case_id: UUID, body: Unmask, call: Call) -> Response:
    """Read out who brought the case in for a stated purpose, on record each time (PIPL art. 51)."""
    return await unmasked(call, commands.unmask_case, case_id, body)


@router.get("/cases/{case_id}", summary="办件详情", response_model=CaseDetail)
async def shown(case_id: UUID, call: Call) -> Response:
    """One case."""
    return await call.show(views.case_shown, case_id)


@router.get("/attempts", summary="清单外行权记录", response_model=Page[AttemptView])
async def attempts(call: Call, wanted: Annotated[Asked, views.ATTEMPTS.query]) -> Response:
    """What was attempted outside the power list, for the bureau and the overseer (R8, R10)."""
    return await call.show(views.attempts_listed, wanted)
