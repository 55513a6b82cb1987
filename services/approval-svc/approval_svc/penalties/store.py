"""How do the filed penalties lie in the database?"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, Index, MetaData, Text, Uuid

from approval_svc.penalties.rules import PenaltyFile
from shenguan_chassis.store import aggregate

metadata = MetaData()

penalty_files = aggregate(
    metadata,
    PenaltyFile,
    noun="penalty-file",
    columns=[
        Column("penalty_id", Uuid, nullable=False),
        Column("license_id", Uuid, nullable=False),
        Column("department", Text, nullable=False),
        Column("document_no", Text, nullable=False),
        Column("legal_basis", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("decided_on", Date, nullable=False),
        Column("informed_at", DateTime(timezone=True), nullable=False),
        Column("filed_at", DateTime(timezone=True), nullable=False),
        Column("struck", Boolean, nullable=False),
        Index("penalty_files_by_department", "department", "id"),
        Index("penalty_files_by_license", "license_id", "id"),
    ],
)
