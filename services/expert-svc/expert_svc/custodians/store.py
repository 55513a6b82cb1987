"""How do custodians lie in the database?"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Column, DateTime, Index, MetaData, Text

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import EVERYONE, aggregate

from .rules import Custodian

metadata = MetaData()

custodians = aggregate(
    metadata,
    Custodian,
    noun="custodian",
    owner=EVERYONE,
    columns=[
        Column("department", Text, nullable=False, unique=True),
        Column("key", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("registered_at", DateTime(timezone=True), nullable=False),
        Index("custodians_by_time", "registered_at", "id"),
    ],
)


def custodian_id(department: str) -> UUID:
    """The one id of an office."""
    return derived_id("custodian", department)
