"""Who is on the lists?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Holds, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_contracts.expert import Pool
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.lots.names import Term
from shenguan_kernel.personal import Age, Mobile, OfficePhone, PersonalNote, PersonName, PhoneList, ResidentId
from shenguan_kernel.roles import READERS, Role

from .rules import Expert, ExpertState, expert_no
from .store import Sought, expert_of, experts, same_person


class ExpertView(Shown):
    """在库专家."""

    id: UUID
    version: int
    expert_no: str
    pool: Pool
    department: str
    fields: tuple[str, ...]
    qualifications: tuple[str, ...]
    filed_at: datetime | None
    state: ExpertState
    reason: str | None
    nomination_window_id: UUID | None
    late: bool
    quarantine_until: date | None


class CredentialView(Shown):
    """资质."""

    name: str
    evidence: str | None
    until: date | None


class ExpertDetail(ExpertView):
    """专家，姓名与号码脱敏."""

    credentials: tuple[CredentialView, ...]
    signing_key: str | None
    name: PersonName | None
    age: Age | None
    education: PersonalNote | None
    office_phone: OfficePhone | None
    mobile: Mobile | None
    other_numbers: PhoneList | None
    resident_id: ResidentId | None
    remark: PersonalNote | None


class ExpertsFound(Shown):
    """按号码查到的专家."""

    items: tuple[ExpertDetail, ...]


def _shown(row: Any) -> ExpertView:
    return ExpertView.model_validate({**row, "expert_no": expert_no(row["number"])})


EXPERTS = Listing(
    "experts",
    select(*(experts.c[name] for name in ["number", *ExpertView.model_fields] if name in experts.c)),
    shows=ExpertView,
    show=_shown,
    filters=[
        Same("pool", "名单"),
        Same("department", "推荐部门代码", DepartmentCode),
        Same("state", "状态"),
        Same("nomination_window_id", "推荐窗口"),
        Holds("field", "从事领域", "fields", Term),
        Holds("qualification", "资质", "qualifications", Term),
    ],
    sorts=["number"],
)


@view(*READERS, Role.EXPERT)
async def experts_listed(read: Read, wanted: Asked) -> Page[ExpertView]:
    """The experts in the order of their numbers."""
    return await EXPERTS.page(read, wanted)


@view(*READERS, Role.EXPERT)
async def expert_shown(read: Read, expert: UUID) -> ExpertDetail:
    """One expert, masked; raises NotFound."""
    return ExpertDetail.model_validate(await read.get(Expert, expert))


@view(*READERS)
async def experts_found(read: Read, mobile: Mobile | None, resident_id: ResidentId | None) -> ExpertsFound:
    """Who has this number, among those the caller may see."""
    rows = await read.rows(same_person(Sought(mobile, resident_id), read.keys))
    return ExpertsFound(items=tuple(ExpertDetail.model_validate(expert_of(row, read.keys)) for row in rows))
