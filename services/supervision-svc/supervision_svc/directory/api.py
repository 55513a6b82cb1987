"""Which doors lead to the directory?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page
from shenguan_contracts.types import DepartmentCode, Post

from . import commands, views
from .commands import DesignateOfficer, RegisterDepartment
from .rules import Officer
from .store import post_id
from .views import DepartmentView, PostView

router = APIRouter(tags=["通讯录"])

Office = Annotated[DepartmentCode, Path(description="部门代码。")]


@router.post("/departments", summary="登记部门", status_code=201, response_model=DepartmentView)
async def register(body: RegisterDepartment, call: Call) -> Response:
    """Enter an office into the directory (R2, R5, R10)."""
    return await call.give(
        commands.register_department, body, shows=DepartmentView, status=201, at=f"/departments/{body.department}"
    )


@router.get("/departments", summary="部门名录", response_model=Page[DepartmentView])
async def listed(call: Call, wanted: Annotated[Asked, views.DEPARTMENTS.query]) -> Response:
    """The offices that the caller may see, each with its posts."""
    return await call.show(views.departments_listed, wanted)


@router.get("/departments/{department}", summary="部门", response_model=DepartmentView)
async def shown(department: Office, call: Call) -> Response:
    """One office with its posts."""
    return await call.show(views.department_shown, department)


@router.post("/departments/{department}/posts/{post}/designate", summary="指定联络人员", response_model=PostView)
async def designate(
    department: Office, post: Annotated[Post, Path(description="岗位。")], body: DesignateOfficer, call: Call
) -> Response:
    """Give a post to a person; the earlier holder leaves it (R16, R35)."""
    key = post_id(department, post)
    return await call.give(commands.designate_officer, department, post, body, shows=PostView, changes=Officer, key=key)


@router.get("/liaison-gaps", summary="联络人员空缺", response_model=Page[DepartmentView])
async def gaps(call: Call, wanted: Annotated[Asked, views.LIAISON_GAPS.query]) -> Response:
    """Departments that have not named both liaisons (R16)."""
    return await call.show(views.liaison_gaps, wanted)
