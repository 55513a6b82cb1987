"""What may be done to the directory: register a department, designate who holds its posts."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.types import DepartmentCode, DepartmentKind, Name, Post
from shenguan_kernel.roles import Role

from . import rules
from .rules import Department, Office, Officer
from .store import department_id, post_id


class RegisterDepartment(Body):
    """登记部门."""

    department: DepartmentCode = Field(description="部门代码：小写字母开头，如 fire；审批服务局用 bureau。")
    name: Name = Field(description="部门全称。")
    kind: DepartmentKind = Field(description="单位类别。")


class DesignateOfficer(Body):
    """指定联络人员."""

    person_id: UUID = Field(description="人员引用编号；姓名和电话只登记在通知服务（POST /notify/v1/people）。")


@command(Role.SYSTEM_ADMINISTRATOR)
async def register_department(tx: Tx, body: RegisterDepartment) -> Department:
    """Enter an office into the directory (R2, R5, R10)."""
    key = department_id(body.department)
    rules.refuse_known(await tx.find(Department, key))
    registered = rules.register(key, body.department, body.name, body.kind, at=tx.now)
    return tx.add(Department.first(registered), registered)


@command(Role.SYSTEM_ADMINISTRATOR, Role.PRINCIPAL_HEAD, Role.LIAISON_LEAD)
async def designate_officer(tx: Tx, department: str, post: Post, body: DesignateOfficer) -> Officer:
    """Give a post to a person; whoever held it leaves it (R16, R35)."""
    key = post_id(department, post)
    held = await tx.find(Officer, key)
    office = await _office(tx, department)
    designated = rules.designate(key, office, post, body.person_id, at=tx.now)
    if held is None:
        return tx.add(Officer.first(designated), designated)
    return tx.save(held.apply(designated), designated)


async def _office(tx: Tx, department: str) -> Office:
    known = await tx.get(Department, department_id(department))
    found = [await tx.find(Officer, post_id(department, post)) for post in rules.POSTS_OF[known.kind]]
    return Office(known, tuple(officer for officer in found if officer is not None))
