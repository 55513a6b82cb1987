"""How do the filed penalties lie in the database?"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Boolean, Column, Date, DateTime, Index, MetaData, Text, Uuid

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import aggregate

from .rules import PenaltyFile

metadata = MetaData()

penalty_files = aggregate(
    metadata,
    PenaltyFile,
    noun="penalty-file",
    owner="department",
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
        Index("penalty_files_by_time", "filed_at", "id"),
        Index("penalty_files_by_department", "department", "filed_at", "id"),
        Index("penalty_files_by_license", "license_id"),
        Index("penalty_files_by_document", "document_no"),
    ],
)


def file_id(penalty_id: UUID) -> UUID:
    """The id of a penalty's file: a penalty is filed once."""
    return derived_id("penalty-file", penalty_id)
