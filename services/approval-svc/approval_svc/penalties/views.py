"""Which penalties has the bureau on file?"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Page, Read
from shenguan_kernel.roles import READERS

from .rules import PenaltyFile
from .store import penalty_files


class PenaltyFileView(Shown):
    """备案; `struck` is true if the licence was in force until this penalty."""

    id: UUID
    version: int
    penalty_id: UUID
    license_id: UUID
    department: str
    document_no: str
    legal_basis: str
    reason: str
    decided_on: date
    informed_at: datetime
    filed_at: datetime
    struck: bool


@view(*READERS)
async def penalty_file_shown(read: Read, penalty_file: UUID) -> PenaltyFileView:
    """One file; raises NotFound."""
    return PenaltyFileView.model_validate(await read.get(PenaltyFile, penalty_file))


@view(*READERS)
async def penalty_files_listed(
    read: Read, *, license_id: UUID | None, after: str | None, limit: int
) -> Page[PenaltyFileView]:
    """The files in the order they were filed."""
    listed = select(penalty_files)
    if license_id is not None:
        listed = listed.where(penalty_files.c.license_id == license_id)
    order = [penalty_files.c.filed_at, penalty_files.c.id]
    return await read.page(
        listed, order, lambda row: PenaltyFileView.model_validate(dict(row)), after=after, limit=limit
    )
