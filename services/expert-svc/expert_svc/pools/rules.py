"""Who may be on the two lists of experts, and under which number? (R28, R29, R30)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.expert import (
    ExpertFiled,
    ExpertKeyRegistered,
    ExpertNominated,
    ExpertQualified,
    ExpertReinstated,
    ExpertRemoved,
    ExpertReturned,
    ExpertSuspended,
    Pool,
)
from shenguan_kernel.machines import Machine, Transition, step
from shenguan_kernel.personal import Age, Mobile, OfficePhone, PersonalNote, PersonName, PhoneList, ResidentId
from shenguan_kernel.working_days import legal_day

MOST_PER_DEPARTMENT: Final = {Pool.THINK_TANK: 3, Pool.SURVEY: 2}
"""How many one department has on a list where no window said otherwise (R28: two or three, R29: one or two)."""


class ExpertState(StrEnum):
    """专家状态."""

    NOMINATED = "nominated"
    """已推荐，待备案"""
    RETURNED = "returned"
    """已退回"""
    FILED = "filed"
    """备案在库"""
    SUSPENDED = "suspended"
    """暂停"""
    REMOVED = "removed"
    """已移出"""


ON_THE_LIST: Final = (ExpertState.FILED, ExpertState.SUSPENDED)

TRANSITIONS: Final[Machine[ExpertState]] = {
    ExpertNominated: Transition((None, ExpertState.NOMINATED, ExpertState.RETURNED), ExpertState.NOMINATED),
    ExpertReturned: Transition((ExpertState.NOMINATED,), ExpertState.RETURNED),
    ExpertFiled: Transition((None, ExpertState.NOMINATED), ExpertState.FILED),
    ExpertQualified: Transition((ExpertState.NOMINATED, *ON_THE_LIST)),
    ExpertKeyRegistered: Transition((ExpertState.NOMINATED, *ON_THE_LIST)),
    ExpertSuspended: Transition((ExpertState.FILED,), ExpertState.SUSPENDED),
    ExpertReinstated: Transition((ExpertState.SUSPENDED,), ExpertState.FILED),
    ExpertRemoved: Transition(ON_THE_LIST, ExpertState.REMOVED),
}


class DepartmentFull(Refusal, rule="R28, R29", field="department"):
    """该部门在此名单的人数已满（智囊团至多三人，现场勘验专家库至多两人）：请先调整在库人员再备案。"""


class ExpertKnown(Refusal, rule="R28, R29"):
    """同一人已在此名单中（手机号码或身份证件号码相同）：一人一号，请查询已有记录。"""


class QualificationMissing(Refusal, status=422, rule="R29", field="qualifications"):
    """现场勘验专家须具备相应资质：请填写资质名称。"""


class QualificationLapsed(Refusal, rule="R29", field="qualifications"):
    """现场勘验专家的资质均已到期：请登记有效资质后再备案。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """资质: what somebody is qualified for, on which evidence, and until which day (that day included)."""

    name: str
    evidence: str | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it holds on this day."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominee:
    """推荐人选: what a department says of its expert. Who it is stays sealed in this service: elsewhere a number."""

    pool: Pool
    department: str
    fields: tuple[str, ...] = ()
    credentials: tuple[Credential, ...] = ()
    name: PersonName | None = None
    age: Age | None = None
    education: PersonalNote | None = None
    office_phone: OfficePhone | None = None
    mobile: Mobile | None = None
    other_numbers: PhoneList | None = None
    resident_id: ResidentId | None = None
    remark: PersonalNote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """专家: a number, and what a draw's rule may ask for."""

    id: UUID
    version: int = 0
    number: int
    pool: Pool
    department: str
    fields: tuple[str, ...]
    qualifications: tuple[str, ...]
    credentials: tuple[Credential, ...] = ()
    """The same with evidence and term; those filed before there were any have names alone."""
    filed_at: datetime | None = None
    state: ExpertState
    reason: str | None = None
    """Of the last return, suspension, reinstatement or removal."""
    nomination_window_id: UUID | None = None
    nominated_at: datetime | None = None
    late: bool = False
    quota: int | None = None
    """How many the department may have on the list, as its window said; None: as the notice says."""
    quarantine_days: int = 0
    quarantine_until: date | None = None
    """In no draw before this day."""
    signing_key: str | None = None
    name: PersonName | None = None
    age: Age | None = None
    education: PersonalNote | None = None
    office_phone: OfficePhone | None = None
    mobile: Mobile | None = None
    other_numbers: PhoneList | None = None
    resident_id: ResidentId | None = None
    remark: PersonalNote | None = None

    @property
    def expert_no(self) -> str:
        """The number as pool snapshots write it."""
        return expert_no(self.number)

    @classmethod
    def first(cls, number: int, filed: ExpertFiled, nominee: Nominee) -> Expert:
        """The expert as a direct filing makes it; who it is the event does not say."""
        return cls(
            id=filed.expert_id,
            number=number,
            filed_at=filed.filed_at,
            state=step(TRANSITIONS, None, filed),
            **said_of(nominee),
        )

    def held_on(self, day: date) -> tuple[str, ...]:
        """The qualifications that hold on a day."""
        if not self.credentials:
            return self.qualifications
        return _each_once(tuple(one.name for one in self.credentials if one.holds_on(day)))


def said_of(nominee: Nominee) -> dict[str, Any]:
    """What an expert's row takes over from a nomination."""
    return {
        "pool": nominee.pool,
        "department": nominee.department,
        "fields": _each_once(nominee.fields),
        "qualifications": _each_once(tuple(one.name for one in nominee.credentials)),
        "credentials": nominee.credentials,
        "name": nominee.name,
        "age": nominee.age,
        "education": nominee.education,
        "office_phone": nominee.office_phone,
        "mobile": nominee.mobile,
        "other_numbers": nominee.other_numbers,
        "resident_id": nominee.resident_id,
        "remark": nominee.remark,
    }


def expert_no(number: int) -> str:
    """Pseudonymous and sequential, `e-000001`: a number that cannot be chosen cannot be ground (specification, 2)."""
    return f"e-{number:06d}"


def number_of(expert_no: str) -> int:
    """The number that `expert_no` writes."""
    return int(expert_no.removeprefix("e-"))


@dataclass(frozen=True, slots=True)
class AlreadyFiled:
    """在库情况: how many of the nominee's department are on the list, and how many there are the same person."""

    colleagues: int
    same_person: int = 0


def file(expert_id: UUID, number: int, nominee: Nominee, already: AlreadyFiled, *, at: datetime) -> ExpertFiled:
    """专家备案 under the next number, where no window was opened.

    Raises QualificationMissing, ExpertKnown, DepartmentFull.
    """
    if nominee.pool is Pool.SURVEY and not nominee.credentials:
        raise QualificationMissing(pool=nominee.pool)
    _refuse_too_many(nominee.pool, nominee.department, already, MOST_PER_DEPARTMENT[nominee.pool])
    said = said_of(nominee)
    return ExpertFiled(
        expert_id=expert_id,
        expert_no=expert_no(number),
        pool=nominee.pool,
        department=nominee.department,
        fields=said["fields"],
        qualifications=said["qualifications"],
        filed_at=at,
    )


def admit(expert: Expert, already: AlreadyFiled, *, at: datetime) -> ExpertFiled:
    """备案 of a nominated expert, who is in quarantine as long as the window said.

    Raises QualificationMissing, QualificationLapsed, ExpertKnown, DepartmentFull.
    """
    today = legal_day(at)
    if expert.pool is Pool.SURVEY and not expert.qualifications:
        raise QualificationMissing(pool=expert.pool)
    if expert.pool is Pool.SURVEY and not expert.held_on(today):
        raise QualificationLapsed(pool=expert.pool)
    _refuse_too_many(expert.pool, expert.department, already, expert.quota or MOST_PER_DEPARTMENT[expert.pool])
    waits = timedelta(days=expert.quarantine_days)
    return ExpertFiled(
        expert_id=expert.id,
        expert_no=expert.expert_no,
        pool=expert.pool,
        department=expert.department,
        fields=expert.fields,
        qualifications=expert.qualifications,
        filed_at=at,
        quarantine_until=today + waits if waits else None,
    )


def _refuse_too_many(pool: Pool, department: str, already: AlreadyFiled, most: int) -> None:
    if already.same_person:
        raise ExpertKnown(pool=pool)
    if already.colleagues >= most:
        raise DepartmentFull(pool=pool, department=department, most=most)


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
