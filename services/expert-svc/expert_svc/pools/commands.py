"""What may be done to the lists of experts? The bureau files whom a department nominates."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.http.unmasking import Unmask
from shenguan_chassis.tx import Tx
from shenguan_contracts.expert import Pool
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.personal import Mobile, OfficePhone, PersonName, ResidentId
from shenguan_kernel.roles import Role

from ..terms import Term
from . import rules
from .rules import AlreadyFiled, Expert, Nominee
from .store import Sought, expert_id, expert_of, filed_by, how_many_are, in_pool, last_number


class FileExpert(Body):
    """专家备案."""

    pool: Pool = Field(description="名单：智囊团或现场勘验专家库。")
    department: DepartmentCode = Field(description="推荐部门。")
    fields: tuple[Term, ...] = Field(description="从事领域。", min_length=1, max_length=20)
    qualifications: tuple[Term, ...] = Field(default=(), description="资质；现场勘验专家必填。", max_length=20)
    name: PersonName | None = Field(default=None, description="姓名；加密保存，名单中只见编号。", examples=["示例甲"])
    office_phone: OfficePhone | None = Field(default=None, description="办公电话。", examples=["0533-5180000"])
    mobile: Mobile | None = Field(default=None, description="手机号码。", examples=["13900000000"])
    resident_id: ResidentId | None = Field(
        default=None, description="公民身份号码；仅用于识别同一人。", examples=["370302188808080008"]
    )


@command(Role.REVIEWER)
async def file_expert(tx: Tx, body: FileExpert) -> Expert:
    """Put a department's nominee on a list under the next number (R28, R29, R30)."""
    number = (await tx.query(last_number()))[0]["number"] + 1
    key = expert_id(number)
    await tx.find(Expert, key)  # so that a filing which lost the number to another asks for the next
    colleagues = (await tx.query(filed_by(body.pool, body.department)))[0]["experts"]
    nominee = Nominee(**dict(body))
    sought = Sought(body.mobile, body.resident_id)
    same_person = (await tx.query(how_many_are(sought, body.pool, tx.keys)))[0]["experts"]
    filed = rules.file(key, number, nominee, AlreadyFiled(colleagues, same_person), at=tx.now)
    return tx.add(Expert.first(number, filed, nominee), filed)


@command(Role.REVIEWER, Role.BUREAU_HEAD, Role.LIAISON_LEAD, Role.LIAISON_OFFICER, Role.PRINCIPAL_HEAD)
async def unmask_expert(tx: Tx, expert_id: UUID, body: Unmask) -> Expert:  # noqa: ARG001 - the door reads the field
    """Read out who an expert is for a stated purpose; each reading is on record (PIPL art. 51, 54)."""
    return await tx.get(Expert, expert_id)


async def experts_in(tx: Tx, pool: Pool) -> list[Expert]:
    """Everyone on a list now, for a draw's snapshot."""
    return [expert_of(row, tx.keys) for row in await tx.query(in_pool(pool))]
