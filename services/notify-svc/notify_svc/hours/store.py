"""Where do business hours lie? Anyone may see them: they stand on every office's door."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from sqlalchemy import Column, DateTime, Integer, MetaData, Text

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import EVERYONE, aggregate

from .rules import BusinessHours

metadata = MetaData()

business_hours = aggregate(
    metadata,
    BusinessHours,
    noun="business-hours",
    owner=EVERYONE,
    table="business_hours",
    columns=[
        Column("department", Text, nullable=False, unique=True),
        Column("after_hours", Text, nullable=False),
        Column("closes_minute", Integer, nullable=False),
        Column("set_at", DateTime(timezone=True), nullable=False),
    ],
)


@lru_cache(maxsize=1_024)
def hours_id(department: str) -> UUID:
    """The one id of an office's hours."""
    return derived_id("business-hours", department)
