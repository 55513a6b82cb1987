"""Which cases are there, and what was attempted outside the list?"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Page, Read
from shenguan_contracts.types import Channel
from shenguan_kernel.roles import BUREAU_ROLES, READERS, Role

from .rules import Case, CaseState
from .store import attempts, cases


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


class AttemptView(Shown):
    """清单外行权."""

    id: UUID
    item_code: str
    attempted_at: datetime


@view(*READERS)
async def case_shown(read: Read, case_id: UUID) -> CaseView:
    """One case; raises NotFound."""
    return CaseView.model_validate(await read.get(Case, case_id))


@view(*READERS)
async def cases_listed(read: Read, *, state: CaseState | None, after: str | None, limit: int) -> Page[CaseView]:
    """The cases in the order they were entered."""
    listed = select(cases)
    if state is not None:
        listed = listed.where(cases.c.state == state)
    return await read.page(
        listed, [cases.c.id], lambda row: CaseView.model_validate(dict(row)), after=after, limit=limit
    )


@view(*sorted(BUREAU_ROLES), Role.OVERSEER)
async def attempts_listed(read: Read, *, after: str | None, limit: int) -> Page[AttemptView]:
    """What was attempted outside the list, for the bureau and the overseer (R8, R10)."""
    listed = select(attempts)
    return await read.page(
        listed, [attempts.c.id], lambda row: AttemptView.model_validate(dict(row)), after=after, limit=limit
    )
