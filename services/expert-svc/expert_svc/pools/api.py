"""Which doors lead to the lists of experts?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from shenguan_chassis.http import Call
from shenguan_chassis.http.bulk import Bulk
from shenguan_chassis.http.unmasking import Unmask, Unmasked, unmasked
from shenguan_chassis.listing import Asked, Page
from shenguan_kernel.personal import Mobile, ResidentId

from . import commands, views
from .commands import FileExpert, Qualify, Reasoned, RegisterKey
from .rules import Expert
from .views import ExpertDetail, ExpertsFound, ExpertView

router = APIRouter(tags=["专家库"])

FILE_MANY = Bulk(commands.file_expert, FileExpert, shows=ExpertDetail, status=201)


@router.post("/experts", summary="专家备案", status_code=201, response_model=ExpertDetail)
async def file(body: FileExpert, call: Call) -> Response:
    """Put a department's nominee on a list (R28, R29, R30)."""
    return await call.give(commands.file_expert, body, shows=ExpertDetail, status=201, at="/experts/{id}")


@router.post("/experts/bulk", summary="批量专家备案", **FILE_MANY.described)
async def file_many(request: Request, call: Call) -> Response:
    """Put the nominees of the departments on their lists, one a line (R28, R29, R30)."""
    return await FILE_MANY.give_each(call, request)


@router.get("/experts", summary="在库专家", response_model=Page[ExpertView])
async def listed(call: Call, wanted: Annotated[Asked, views.EXPERTS.query]) -> Response:
    """The experts that the caller may see."""
    return await call.show(views.experts_listed, wanted)


@router.get("/experts-by-number", summary="按号码查找专家", response_model=ExpertsFound)
async def found(
    call: Call,
    mobile: Annotated[Mobile | None, Header(alias="Find-Mobile", description="手机号码，不得写入网址。")] = None,
    resident_id: Annotated[
        ResidentId | None, Header(alias="Find-Resident-Id", description="公民身份号码，不得写入网址。")
    ] = None,
) -> Response:
    """Who has this number: it comes in a header, for addresses end in logs."""
    return await call.show(views.experts_found, mobile, resident_id)


@router.get("/experts/{expert}", summary="专家", response_model=ExpertDetail)
async def shown(expert: UUID, call: Call) -> Response:
    """One expert: a number, and who it is with everything masked."""
    return await call.show(views.expert_shown, expert)


@router.post("/experts/{expert}/file", summary="推荐人选备案", response_model=ExpertDetail)
async def file_nominated(expert: UUID, call: Call) -> Response:
    """Take a nominated expert onto the list (R28, R29)."""
    return await call.give(commands.file_nominated, expert, shows=ExpertDetail, changes=Expert)


@router.post("/experts/{expert}/return", summary="退回推荐人选", response_model=ExpertDetail)
async def return_(expert: UUID, body: Reasoned, call: Call) -> Response:
    """Send a nomination back with what is to be mended (R28, R29)."""
    return await call.give(commands.return_nominee, expert, body, shows=ExpertDetail, changes=Expert)


@router.post("/experts/{expert}/suspend", summary="暂停专家", response_model=ExpertDetail)
async def suspend(expert: UUID, body: Reasoned, call: Call) -> Response:
    """Keep an expert out of draws for now (R28, R29)."""
    return await call.give(commands.suspend_expert, expert, body, shows=ExpertDetail, changes=Expert)


@router.post("/experts/{expert}/reinstate", summary="恢复专家", response_model=ExpertDetail)
async def reinstate(expert: UUID, body: Reasoned, call: Call) -> Response:
    """Let a suspended expert be drawn again (R28, R29)."""
    return await call.give(commands.reinstate_expert, expert, body, shows=ExpertDetail, changes=Expert)


@router.post("/experts/{expert}/remove", summary="移出专家库", response_model=ExpertDetail)
async def remove(expert: UUID, body: Reasoned, call: Call) -> Response:
    """Take an expert off the list for good (R28, R29)."""
    return await call.give(commands.remove_expert, expert, body, shows=ExpertDetail, changes=Expert)


@router.post("/experts/{expert}/qualifications", summary="登记专家资质", response_model=ExpertDetail)
async def qualify(expert: UUID, body: Qualify, call: Call) -> Response:
    """Enter what an expert is qualified for, on which evidence and until when (R29)."""
    return await call.give(commands.qualify_expert, expert, body, shows=ExpertDetail, changes=Expert)


@router.post("/experts/{expert}/signing-key", summary="登记专家签名公钥", response_model=ExpertDetail)
async def register_key(expert: UUID, body: RegisterKey, call: Call) -> Response:
    """Register the key with which an expert signs a decline (R30)."""
    return await call.give(commands.register_expert_key, expert, body, shows=ExpertDetail, changes=Expert)


@router.post("/experts/{expert}/unmask", summary="查看专家个人信息", response_model=Unmasked)
async def unmask(expert: UUID, body: Unmask, call: Call) -> Response:
    """Read a name or number out for a stated purpose, on record each time (PIPL art. 51)."""
    return await unmasked(call, commands.unmask_expert, expert, body)
