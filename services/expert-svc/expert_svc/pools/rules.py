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

MOST_PER_DEPARTMENT: Final = {Pool.THINK_TANK: 3, Pool.SURVEY: 2}
"""How many one department has on a list (R28: two or three, R29: one or two)."""


class ExpertState(StrEnum):
    """专家状态."""

    FILED = "filed"
    """备案在库"""


TRANSITIONS: Final[Machine[ExpertState]] = {ExpertFiled: Transition(to=ExpertState.FILED)}


class DepartmentFull(Refusal, rule="R28, R29", field="department"):
    """该部门在此名单的人数已满（智囊团至多三人，现场勘验专家库至多两人）：请先调整在库人员再备案。"""


class QualificationMissing(Refusal, status=422, rule="R29", field="qualifications"):
    """现场勘验专家须具备相应资质：请填写资质名称。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominee:
    """推荐人选: what a department says of its expert; name and numbers stay with the department."""

    pool: Pool
    department: str
    fields: tuple[str, ...]
    qualifications: tuple[str, ...]


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

    @property
    def expert_no(self) -> str:
        """The number as pool snapshots write it."""
        return expert_no(self.number)

    @classmethod
    def first(cls, number: int, filed: ExpertFiled) -> Expert:
        """The expert as the filing makes it."""
        return cls(
            id=filed.expert_id,
            number=number,
            pool=filed.pool,
            department=filed.department,
            fields=filed.fields,
            qualifications=filed.qualifications,
            filed_at=filed.filed_at,
            state=step(TRANSITIONS, None, filed),
        )


def expert_no(number: int) -> str:
    """Pseudonymous and sequential, `e-000001`: a number that cannot be chosen cannot be ground (specification, 2)."""
    return f"e-{number:06d}"


def file(expert_id: UUID, number: int, nominee: Nominee, *, colleagues: int, at: datetime) -> ExpertFiled:
    """专家备案 under the next number; `colleagues` are those of the same department already on this list.

    Raises QualificationMissing, DepartmentFull.
    """
    if nominee.pool is Pool.SURVEY and not nominee.qualifications:
        raise QualificationMissing(pool=nominee.pool)
    most = MOST_PER_DEPARTMENT[nominee.pool]
    if colleagues >= most:
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
