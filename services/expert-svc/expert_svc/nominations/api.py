"""Which doors lead to nominations?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Path, Response

from shenguan_chassis.deciding import command_of
from shenguan_chassis.http import Call
from shenguan_chassis.http.handing_out import HandOut, handed_out
from shenguan_chassis.identity import Caller
from shenguan_chassis.listing import Asked, Page
from shenguan_contracts.types import DepartmentCode

from ..annexes.writing import MEDIA_TYPE
from . import commands, views
from .bodies import SubmitAnnex, SubmitSubList
from .commands import Confirm, OpenWindow, RegisterSigningKey
from .rules import NominationWindow
from .store import signing_key_id
from .sub_lists import SigningKey, SubList
from .views import SigningKeyView, SubListDetail, SubListView, WindowView

router = APIRouter(tags=["专家推荐"])

Office = Annotated[DepartmentCode, Path(description="部门代码。")]

_WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary", "description": "附件工作簿。"}}}}
}


@router.post("/nomination-windows", summary="开放推荐", status_code=201, response_model=WindowView)
async def open_window(body: OpenWindow, call: Call) -> Response:
    """Ask departments for their experts until 15:00 of a day (R28, R29, R34)."""
    at = "/nomination-windows/{id}"
    return await call.give(commands.open_window, body, shows=WindowView, status=201, at=at)


@router.get("/nomination-windows", summary="推荐窗口一览", response_model=Page[WindowView])
async def windows(call: Call, wanted: Annotated[Asked, views.WINDOWS.query]) -> Response:
    """The windows that the caller may see."""
    return await call.show(views.windows_listed, wanted)


@router.get("/nomination-windows/{window}", summary="推荐窗口", response_model=WindowView)
async def window_shown(window: UUID, call: Call) -> Response:
    """One window."""
    return await call.show(views.window_shown, window)


@router.post("/nomination-windows/{window}/close", summary="推荐收结", response_model=WindowView)
async def close_window(window: UUID, call: Call) -> Response:
    """Take nothing more, and name who named nobody (R34)."""
    return await call.give(commands.close_window, window, shows=WindowView, changes=NominationWindow)


@router.post(
    "/nomination-windows/{window}/sub-lists", summary="报送部门名单", status_code=201, response_model=SubListDetail
)
async def submit(window: UUID, body: SubmitSubList, call: Call) -> Response:
    """File whom the caller's department names for one list (R28, R29)."""
    filed = body.filed(_department(call))
    return await call.give(
        commands.submit_sub_list, window, filed, shows=SubListDetail, status=201, at="/sub-lists/{id}"
    )


@router.post(
    "/nomination-windows/{window}/annexes", summary="以附件报送部门名单", status_code=201, response_model=SubListDetail
)
async def submit_annex(window: UUID, body: SubmitAnnex, call: Call) -> Response:
    """The same as annex 2 or 3 of the notice, filled in (R28, R29, R34)."""
    department = _department(call, commands.submit_sub_list)
    await call.show(views.window_shown, window)  # no file is read for a window that is not the caller's
    filed = await views.read_annex(body, department)
    return await call.give(
        commands.submit_sub_list, window, filed, shows=SubListDetail, status=201, at="/sub-lists/{id}"
    )


@router.get("/sub-lists", summary="部门名单一览", response_model=Page[SubListView])
async def sub_lists(call: Call, wanted: Annotated[Asked, views.SUB_LISTS.query]) -> Response:
    """The sub-lists that the caller may see."""
    return await call.show(views.sub_lists_listed, wanted)


@router.get("/sub-lists/{sub_list}", summary="部门名单", response_model=SubListDetail)
async def sub_list_shown(sub_list: UUID, call: Call) -> Response:
    """One sub-list with the text of which its digest is made."""
    return await call.show(views.sub_list_shown, sub_list)


@router.post("/sub-lists/{sub_list}/revise", summary="修改部门名单", response_model=SubListDetail)
async def revise(sub_list: UUID, body: SubmitSubList, call: Call) -> Response:
    """Mend who was returned, or name others (R28, R29)."""
    filed = body.filed(_department(call))
    return await call.give(commands.revise_sub_list, sub_list, filed, shows=SubListDetail, changes=SubList)


@router.post("/sub-lists/{sub_list}/annex", summary="以附件修改部门名单", response_model=SubListDetail)
async def revise_by_annex(sub_list: UUID, body: SubmitAnnex, call: Call) -> Response:
    """The same as annex 2 or 3 of the notice, filled in anew (R28, R29)."""
    department = _department(call, commands.revise_sub_list)
    await call.show(views.sub_list_shown, sub_list)  # as above
    filed = await views.read_annex(body, department)
    return await call.give(commands.revise_sub_list, sub_list, filed, shows=SubListDetail, changes=SubList)


@router.post("/sub-lists/{sub_list}/confirm", summary="确认部门名单", response_model=SubListDetail)
async def confirm(sub_list: UUID, body: Confirm, call: Call) -> Response:
    """Let the department stand by exactly these, as a second person or with its key (R30)."""
    return await call.give(commands.confirm_sub_list, sub_list, body, shows=SubListDetail, changes=SubList)


@router.post("/sub-lists/{sub_list}/export", summary="导出附件", responses=_WORKBOOK)
async def export(sub_list: UUID, body: HandOut, call: Call) -> Response:
    """A sub-list as annex 2 or 3 with everything in clear, for a stated purpose and on record (PIPL art. 51)."""
    return await handed_out(call, commands.hand_out_annex, sub_list, body, made=views.annex_file)


@router.post("/signing-keys/{department}/register", summary="登记部门签名公钥", response_model=SigningKeyView)
async def register_key(department: Office, body: RegisterSigningKey, call: Call) -> Response:
    """Register the key with which a department signs its sub-lists (R30)."""
    key = signing_key_id(department)
    return await call.give(
        commands.register_signing_key, department, body, shows=SigningKeyView, changes=SigningKey, key=key
    )


def _department(call: Call, command: Callable[..., Awaitable[Any]] | None = None) -> str:
    """The caller's; a caller who may not give the command has no file read."""
    caller = cast(Caller, call.caller)
    if command is not None:
        command_of(command).allow(caller)
    return caller.department or ""
