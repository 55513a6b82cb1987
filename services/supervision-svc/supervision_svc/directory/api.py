"""Which doors lead to the directory?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from shenguan_chassis.http import Call
from shenguan_chassis.http.bulk import Bulk
from shenguan_chassis.listing import Asked, Page
from shenguan_contracts.types import DepartmentCode, Post

from . import commands, views
from .commands import DesignateOfficer, RegisterDepartment
from .rules import Officer
from .store import post_id
from .views import DepartmentView, PostView

router = APIRouter(tags=["通讯录"])

REGISTER_MANY = Bulk(commands.register_department, RegisterDepartment, shows=DepartmentView, status=201)
DESIGNATE_MANY = Bulk(
    commands.designate_officer,
    DesignateOfficer,
    shows=PostView,
    path={"department": DepartmentCode, "post": Post},
    changes=Officer,
    key=post_id,
)

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


@router.post("/departments/bulk", summary="批量登记部门", **REGISTER_MANY.described)
async def register_many(request: Request, call: Call) -> Response:
    """Enter all offices of a district, one a line (R2, R5, R10)."""
    return await REGISTER_MANY.give_each(call, request)


@router.post("/posts/bulk", summary="批量指定联络人员", **DESIGNATE_MANY.described)
async def designate_many(request: Request, call: Call) -> Response:
    """Fill the posts of many offices, one a line (R16, R35)."""
    return await DESIGNATE_MANY.give_each(call, request)


@router.get("/liaison-gaps", summary="联络人员空缺", response_model=Page[DepartmentView])
async def gaps(call: Call, wanted: Annotated[Asked, views.LIAISON_GAPS.query]) -> Response:
    """Departments that have not named both liaisons (R16)."""
    return await call.show(views.liaison_gaps, wanted)
