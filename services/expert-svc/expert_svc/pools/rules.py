"""Who may be on the two lists of experts, and under which number? (R28, R29, R30)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.expert import ExpertFiled, Pool
from shenguan_kernel.machines import Machine, Transition, step
from shenguan_kernel.personal import Mobile, OfficePhone, PersonName, ResidentId

MOST_PER_DEPARTMENT: Final = {Pool.THINK_TANK: 3, Pool.SURVEY: 2}
"""How many one department has on a list (R28: two or three, R29: one or two)."""


class ExpertState(StrEnum):
    """专家状态."""

    FILED = "filed"
    """备案在库"""


TRANSITIONS: Final[Machine[ExpertState]] = {ExpertFiled: Transition(to=ExpertState.FILED)}


class DepartmentFull(Refusal, rule="R28, R29", field="department"):
    """该部门在此名单的人数已满（智囊团至多三人，现场勘验专家库至多两人）：请先调整在库人员再备案。"""


class ExpertKnown(Refusal, rule="R28, R29"):
    """同一人已在此名单中（手机号码或身份证件号码相同）：一人一号，请查询已有记录。"""


class QualificationMissing(Refusal, status=422, rule="R29", field="qualifications"):
    """现场勘验专家须具备相应资质：请填写资质名称。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominee:
    """推荐人选: what a department says of its expert. Who it is stays sealed in this service: elsewhere a number."""

    pool: Pool
    department: str
    fields: tuple[str, ...]
    qualifications: tuple[str, ...]
    name: PersonName | None = None
    office_phone: OfficePhone | None = None
    mobile: Mobile | None = None
    resident_id: ResidentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """在库专家: a number, and what a draw's rule may ask for."""

    id: UUID
    version: int = 0
    number: int
    pool: Pool
    department: str
    fields: tuple[str, ...]
    qualifications: tuple[str, ...]
    filed_at: datetime
    state: ExpertState
    name: PersonName | None = None
    office_phone: OfficePhone | None = None
    mobile: Mobile | None = None
    resident_id: ResidentId | None = None

    @property
    def expert_no(self) -> str:
        """The number as pool snapshots write it."""
        return expert_no(self.number)

    @classmethod
    def first(cls, number: int, filed: ExpertFiled, nominee: Nominee) -> Expert:
        """The expert as the filing makes it; who it is the event does not say."""
        return cls(
            id=filed.expert_id,
            number=number,
            pool=filed.pool,
            department=filed.department,
            fields=filed.fields,
            qualifications=filed.qualifications,
            filed_at=filed.filed_at,
            state=step(TRANSITIONS, None, filed),
            name=nominee.name,
            office_phone=nominee.office_phone,
            mobile=nominee.mobile,
            resident_id=nominee.resident_id,
        )


def expert_no(number: int) -> str:
    """Pseudonymous and sequential, `e-000001`: a number that cannot be chosen cannot be ground (specification, 2)."""
    return f"e-{number:06d}"


@dataclass(frozen=True, slots=True)
class AlreadyFiled:
    """在库情况: how many of the nominee's department are on the list, and how many there are the same person."""

    colleagues: int
    same_person: int = 0


def file(expert_id: UUID, number: int, nominee: Nominee, already: AlreadyFiled, *, at: datetime) -> ExpertFiled:
    """专家备案 under the next number.

    Raises QualificationMissing, ExpertKnown, DepartmentFull.
    """
    if nominee.pool is Pool.SURVEY and not nominee.qualifications:
        raise QualificationMissing(pool=nominee.pool)
    most = MOST_PER_DEPARTMENT[nominee.pool]
    if already.same_person:
        raise ExpertKnown(pool=nominee.pool)
    if already.colleagues >= most:
        raise DepartmentFull(pool=nominee.pool, department=nominee.department, most=most)
    return ExpertFiled(
        expert_id=expert_id,
        expert_no=expert_no(number),
        pool=nominee.pool,
        department=nominee.department,
        fields=_each_once(nominee.fields),
        qualifications=_each_once(nominee.qualifications),
        filed_at=at,
    )


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
