"""What may be done with officers? A department registers and corrects its own; reading a number out is on record."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.http.unmasking import Unmask
from shenguan_chassis.tx import Tx
from shenguan_contracts.types import DepartmentCode, Name
from shenguan_kernel.personal import Mobile, OfficePhone
from shenguan_kernel.roles import Role

from . import rules
from .rules import Particulars, Person
from .store import how_many_with

_OWN = (Role.LIAISON_LEAD, Role.LIAISON_OFFICER, Role.PRINCIPAL_HEAD)


class CorrectPerson(Body):
    """更正人员信息：填写全部内容."""

    name: Name = Field(description="姓名。", examples=["示例甲"])
    title: Name = Field(description="职务。", examples=["示例科科长"])
    office_phone: OfficePhone | None = Field(default=None, description="办公电话。", examples=["0533-5180000"])
    mobile: Mobile = Field(description="手机号码。", examples=["13900000000"])

    def particulars(self) -> Particulars:
        """What is to be registered."""
        return Particulars(name=self.name, title=self.title, office_phone=self.office_phone, mobile=self.mobile)


class RegisterPerson(CorrectPerson):
    """登记人员 (附件一)."""

    department: DepartmentCode = Field(description="所在部门代码。", examples=["fire"])


@command(Role.SYSTEM_ADMINISTRATOR, *_OWN)
async def register_person(tx: Tx, body: RegisterPerson) -> Person:
    """Register an officer with his numbers; other services know him by the reference alone (R16)."""
    found = await tx.query(how_many_with(body.mobile, body.department, tx.keys))
    registered = rules.register(tx.new_id(), body.department, same_mobile=found[0]["people"], at=tx.now)
    return tx.add(Person.first(registered, body.particulars()), registered)


@command(*_OWN)
async def correct_person(tx: Tx, person_id: UUID, body: CorrectPerson) -> Person:
    """Correct what is registered of an officer (PIPL art. 46)."""
    person = await tx.get(Person, person_id)
    corrected = rules.correct(person, body.particulars(), at=tx.now)
    return tx.save(person.corrected(body.particulars()), corrected)


@command(*_OWN, Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD)
async def unmask_person(tx: Tx, person_id: UUID, body: Unmask) -> Person:  # noqa: ARG001 - the door reads the field
    """Read out an officer's number for a stated purpose; each reading is on record (PIPL art. 51, 54)."""
    return await tx.get(Person, person_id)
