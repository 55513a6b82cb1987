"""Which penalties did a department impose, and has the bureau filed them? (R20, R27)"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Between, Listing, Page, Same, Where
from shenguan_chassis.reading import Read
from shenguan_chassis.refusals import NotFound
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.roles import READERS

from .rules import PenaltyState
from .store import filings, penalties


class PenaltyView(Shown):
    """吊销决定与其备案."""

    id: UUID
    version: int
    department: str
    license_id: UUID
    document_no: str
    legal_basis: str
    reason: str
    decided_on: date
    informed_at: datetime
    state: PenaltyState
    penalty_file_id: UUID | None = None
    filed_at: datetime | None = None


def _penalties() -> Select[Any]:
    return select(penalties, filings.c.penalty_file_id, filings.c.filed_at).join_from(
        penalties, filings, filings.c.penalty_id == penalties.c.id, isouter=True
    )


def _filed(filed: bool) -> ColumnElement[bool]:
    return filings.c.penalty_id.is_not(None) if filed else filings.c.penalty_id.is_(None)


PENALTIES = Listing(
    "penalties",
    _penalties(),
    shows=PenaltyView,
    filters=[
        Same("department", "作出处罚的部门代码", DepartmentCode),
        Same("state", "处罚状态"),
        Same("license_id", "许可证"),
        Same("document_no", "处罚决定书文号"),
        Where("filed", "审批服务局是否已备案", bool, _filed),
        Between("decided_on", "处罚决定日期"),
        Between("informed_at", "书面告知时间"),
    ],
    sorts=["informed_at"],
)


@view(*READERS)
async def penalties_listed(read: Read, wanted: Asked) -> Page[PenaltyView]:
    """Penalties in the order in which the bureau was told."""
    return await PENALTIES.page(read, wanted)


@view(*READERS)
async def penalty_shown(read: Read, penalty: UUID) -> PenaltyView:
    """One penalty; raises NotFound."""
    rows = await read.rows(_penalties().where(penalties.c.id == penalty))
    if not rows:
        raise NotFound()
    return _shown(rows[0])


def _shown(row: Any) -> PenaltyView:
    return PenaltyView.model_validate(dict(row))
