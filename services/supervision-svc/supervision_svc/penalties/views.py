"""Which penalties did a department impose, and has the bureau filed them? (R20, R27)"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Page, Read
from shenguan_chassis.refusals import NotFound
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


@view(*READERS)
async def penalties_listed(read: Read, *, after: str | None, limit: int) -> Page[PenaltyView]:
    """Penalties in the order in which the bureau was told."""
    order = [penalties.c.informed_at, penalties.c.id]
    return await read.page(_penalties(), order, _shown, after=after, limit=limit)


@view(*READERS)
async def penalty_shown(read: Read, penalty: UUID) -> PenaltyView:
    """One penalty; raises NotFound."""
    rows = await read.rows(_penalties().where(penalties.c.id == penalty))
    if not rows:
        raise NotFound()
    return _shown(rows[0])


def _penalties() -> Select[Any]:
    return select(penalties, filings.c.penalty_file_id, filings.c.filed_at).join_from(
        penalties, filings, filings.c.penalty_id == penalties.c.id, isouter=True
    )


def _shown(row: Any) -> PenaltyView:
    return PenaltyView.model_validate(dict(row))
