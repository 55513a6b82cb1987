"""Which licences are in the register, and how does each stand?"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Page, Read
from shenguan_kernel.roles import READERS

from .rules import License, LicenseState
from .store import licenses


class LicenseView(Shown):
    """许可证."""

    id: UUID
    version: int
    license_no: str
    case_id: UUID
    item_id: UUID
    item_code: str
    item_name: str
    departments: tuple[str, ...]
    holder_name: str | None
    holder_uscc: str | None
    valid_until: date | None
    state: LicenseState
    issued_at: datetime
    penalty_id: UUID | None
    penalty_revoked_at: datetime | None
    deregistered_at: datetime | None
    ground: str | None


@view(*READERS)
async def license_shown(read: Read, license_id: UUID) -> LicenseView:
    """One licence; raises NotFound."""
    return LicenseView.model_validate(await read.get(License, license_id))


@view(*READERS)
async def licenses_listed(
    read: Read, *, case_id: UUID | None, holder_uscc: str | None, after: str | None, limit: int
) -> Page[LicenseView]:
    """The licences in the order they were issued; of one case or holder where named."""
    listed = select(licenses)
    if case_id is not None:
        listed = listed.where(licenses.c.case_id == case_id)
    if holder_uscc is not None:
        listed = listed.where(licenses.c.holder_uscc == holder_uscc)
    return await read.page(
        listed, [licenses.c.id], lambda row: LicenseView.model_validate(dict(row)), after=after, limit=limit
    )
