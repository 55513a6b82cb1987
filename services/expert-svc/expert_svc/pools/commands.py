"""What may be done to the lists of experts? The bureau files whom a department nominates."""

from __future__ import annotations

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.expert import Pool
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.roles import Role

from ..terms import Term
from . import rules
from .rules import Expert, Nominee
from .store import expert_id, expert_of, filed_by, in_pool, last_number


class FileExpert(Body):
    """专家备案."""

    pool: Pool = Field(description="名单：智囊团或现场勘验专家库。")
    department: DepartmentCode = Field(description="推荐部门。")
    fields: tuple[Term, ...] = Field(description="从事领域。", min_length=1, max_length=20)
    qualifications: tuple[Term, ...] = Field(default=(), description="资质；现场勘验专家必填。", max_length=20)


@command(Role.REVIEWER)
async def file_expert(tx: Tx, body: FileExpert) -> Expert:
    """Put a department's nominee on a list under the next number (R28, R29, R30)."""
    number = (await tx.query(last_number()))[0]["number"] + 1
    key = expert_id(number)
    await tx.find(Expert, key)  # so that a filing which lost the number to another asks for the next
    colleagues = (await tx.query(filed_by(body.pool, body.department)))[0]["experts"]
    nominee = Nominee(**dict(body))
    filed = rules.file(key, number, nominee, colleagues=colleagues, at=tx.now)
    return tx.add(Expert.first(number, filed), filed)


async def experts_in(tx: Tx, pool: Pool) -> list[Expert]:
    """Everyone on a list now, for a draw's snapshot."""
    return [expert_of(row) for row in await tx.query(in_pool(pool))]
