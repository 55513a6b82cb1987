"""Who is an officer of a department, and how is he reached? The columns of annex 1 (R16, R35)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.notify import PersonCorrected, PersonRegistered
from shenguan_kernel.personal import Mobile, OfficePhone


class PersonKnown(Refusal, rule="R16", field="mobile"):
    """本部门已登记使用此手机号码的人员：请查询已有记录；号码有误的，请先更正。"""


class NothingCorrected(Refusal, rule="PIPL 46"):
    """内容与已登记的一致：无需更正。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """登记内容: a line of annex 1 (姓名、职务、办公电话、手机号码)."""

    name: str
    title: str
    office_phone: OfficePhone | None
    mobile: Mobile


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """人员: `id` is the reference by which every other service knows the person."""

    id: UUID
    version: int = 0
    department: str
    name: str
    title: str
    office_phone: OfficePhone | None = None
    mobile: Mobile
    registered_at: datetime

    @classmethod
    def first(cls, registered: PersonRegistered, particulars: Particulars) -> Person:
        """The person as registered."""
        return cls(
            id=registered.person_id,
            department=registered.department,
            name=particulars.name,
            title=particulars.title,
            office_phone=particulars.office_phone,
            mobile=particulars.mobile,
            registered_at=registered.registered_at,
        )

    def corrected(self, particulars: Particulars) -> Person:
        """The person with what is right."""
        return replace(
            self,
            name=particulars.name,
            title=particulars.title,
            office_phone=particulars.office_phone,
            mobile=particulars.mobile,
        )


def register(person_id: UUID, department: str, *, same_mobile: int, at: datetime) -> PersonRegistered:
    """登记人员; `same_mobile` of the department have that number already. Raises PersonKnown."""
    if same_mobile:
        raise PersonKnown(department=department)
    return PersonRegistered(person_id=person_id, department=department, registered_at=at)


def correct(person: Person, particulars: Particulars, *, at: datetime) -> PersonCorrected:
    """更正人员信息, which is the person's right (PIPL 46). Raises NothingCorrected."""
    if person.corrected(particulars) == person:
        raise NothingCorrected(person=person.id)
    return PersonCorrected(person_id=person.id, department=person.department, corrected_at=at)
