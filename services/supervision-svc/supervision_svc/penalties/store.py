"""How do penalties and the bureau's files of them lie in the database?"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Column, Date, DateTime, Index, MetaData, Text, Uuid

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import aggregate, copy

from .rules import Filing, Penalty

metadata = MetaData()

penalties = aggregate(
    metadata,
    Penalty,
    noun="penalty",
    owner="department",
    table="penalties",
    columns=[
        Column("department", Text, nullable=False),
        Column("license_id", Uuid, nullable=False),
        Column("document_no", Text, nullable=False),
        Column("legal_basis", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("decided_on", Date, nullable=False),
        Column("informed_at", DateTime(timezone=True), nullable=False),
        Column("state", Text, nullable=False),
        Index("penalties_of_department", "department", "informed_at", "id"),
        Index("penalties_by_time", "informed_at", "id"),
        Index("penalties_by_license", "license_id"),
        Index("penalties_by_document", "document_no"),
    ],
)

filings = copy(
    metadata,
    Filing,
    key=["penalty_id"],
    owner="department",
    columns=[
        Column("penalty_id", Uuid, primary_key=True),
        Column("department", Text, nullable=False),
        Column("penalty_file_id", Uuid, nullable=False),
        Column("filed_at", DateTime(timezone=True), nullable=False),
    ],
)


def penalty_id(license_id: UUID) -> UUID:
    """The one id of the penalty that strikes a licence: two departments that strike at once cannot both succeed."""
    return derived_id("penalty", license_id)
