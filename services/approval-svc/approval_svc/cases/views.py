"""Which cases are there, and what was attempted outside the list?"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Between, Holds, Listing, Page, Same, Search
from shenguan_chassis.reading import Read
from shenguan_contracts.types import Channel, DepartmentCode
from shenguan_kernel.identifiers.item_code import ItemCode
from shenguan_kernel.identifiers.uscc import Uscc
from shenguan_kernel.personal import Mobile, PersonName, ResidentId
from shenguan_kernel.roles import BUREAU_ROLES, READERS, Role

from .rules import Case, CaseState
from .store import attempts, brought_by, cases


class CaseView(Shown):
    """办件; limits are working days from acceptance."""

    id: UUID
    version: int
    item_id: UUID
    item_code: str
    departments: tuple[str, ...]
    standard_no: int
    promised_days: int
    statutory_days: int
    channel: Channel
    holder_name: str
    holder_uscc: str
    state: CaseState
    received_at: datetime
    accepted_at: datetime | None
    deemed: bool
    granted_at: datetime | None
    license_id: UUID | None


class CaseDetail(CaseView):
    """办件与经办人；姓名与号码脱敏."""

    agent_name: PersonName | None
    agent_mobile: Mobile | None
    agent_resident_id: ResidentId | None


class CasesFound(Shown):
    """按号码查到的办件，最近的在前，至多 100 件."""

    items: tuple[CaseDetail, ...]


class AttemptView(Shown):
    """清单外行权."""

    id: UUID
    item_code: str
    attempted_at: datetime


CASES = Listing(
    "cases",
    select(cases),
    shows=CaseView,
    filters=[
        Same("state", "办件状态"),
        Same("item_code", "事项编码", ItemCode),
        Same("channel", "申请渠道"),
        Same("holder_uscc", "申请人统一社会信用代码", Uscc),
        Same("deemed", "是否视为受理"),
        Holds("department", "监管部门代码", "departments", DepartmentCode),
        Between("received_at", "收件时间"),
    ],
    sorts=["id", "received_at"],
    search=Search("holder_name", "申请人名称"),
)

ATTEMPTS = Listing(
    "attempts",
    select(attempts),
    shows=AttemptView,
    filters=[Same("item_code", "事项编码"), Between("attempted_at", "行权时间")],
    sorts=["id", "attempted_at"],
)


@view(*READERS)
async def case_shown(read: Read, case_id: UUID) -> CaseDetail:
    """One case, its agent masked; raises NotFound."""
    return CaseDetail.model_validate(await read.get(Case, case_id))


@view(*sorted(BUREAU_ROLES))
async def cases_found(read: Read, mobile: Mobile) -> CasesFound:
    """The cases that somebody with this number brought in."""
    rows = await read.rows(brought_by(mobile, read.keys))
    return CasesFound(items=tuple(CaseDetail.model_validate(read.load(Case, row)) for row in rows))


@view(*READERS)
async def cases_listed(read: Read, wanted: Asked) -> Page[CaseView]:
    """The cases, in the order they were entered unless another is asked for."""
    return await CASES.page(read, wanted)


@view(*sorted(BUREAU_ROLES), Role.OVERSEER)
async def attempts_listed(read: Read, wanted: Asked) -> Page[AttemptView]:
    """What was attempted outside the list, for the bureau and the overseer (R8, R10)."""
    return await ATTEMPTS.page(read, wanted)
