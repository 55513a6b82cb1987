"""Which penalties has the bureau on file?"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Between, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_contracts.types import DepartmentCode
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


PENALTY_FILES = Listing(
    "penalty-files",
    select(penalty_files),
    shows=PenaltyFileView,
    filters=[
        Same("department", "作出处罚的部门代码", DepartmentCode),
        Same("license_id", "许可证编号"),
        Same("document_no", "处罚决定书文号"),
        Same("struck", "许可证是否因此失效"),
        Between("decided_on", "处罚决定日期"),
        Between("filed_at", "备案时间"),
    ],
    sorts=["filed_at"],
)


@view(*READERS)
async def penalty_file_shown(read: Read, penalty_file: UUID) -> PenaltyFileView:
    """One file; raises NotFound."""
    return PenaltyFileView.model_validate(await read.get(PenaltyFile, penalty_file))


@view(*READERS)
async def penalty_files_listed(read: Read, wanted: Asked) -> Page[PenaltyFileView]:
    """The files in the order they were filed."""
    return await PENALTY_FILES.page(read, wanted)
