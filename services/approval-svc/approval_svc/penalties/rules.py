"""What does the bureau keep of a penalty that struck a licence? All of it, whatever its register says (R27).

The notice gives the bureau no power to refuse: a penalty is filed in any state of the licence, and even if the register
does not know the licence. Only its effect on the register depends on that, and `struck` says which it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shenguan_contracts.approval import PenaltyFiled
from shenguan_contracts.supervision import PenaltyLicenseRevoked


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyFile:
    """备案: one department's decision, as it informed the bureau."""

    id: UUID
    version: int = 0
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

    @classmethod
    def first(cls, event: PenaltyFiled, penalty: PenaltyLicenseRevoked, *, struck: bool) -> PenaltyFile:
        """The file; `struck` is True if the licence was in force until this penalty."""
        return cls(
            id=event.penalty_file_id,
            penalty_id=event.penalty_id,
            license_id=event.license_id,
            department=event.department,
            document_no=event.document_no,
            legal_basis=penalty.legal_basis,
            reason=penalty.reason,
            decided_on=penalty.decided_on,
            informed_at=penalty.informed_at,
            filed_at=event.filed_at,
            struck=struck,
        )


def file(file_id: UUID, penalty: PenaltyLicenseRevoked, *, at: datetime) -> PenaltyFiled:
    """留存备案 of what a department decided (R27)."""
    return PenaltyFiled(
        penalty_file_id=file_id,
        penalty_id=penalty.penalty_id,
        license_id=penalty.license_id,
        department=penalty.department,
        document_no=penalty.document_no,
        filed_at=at,
    )
