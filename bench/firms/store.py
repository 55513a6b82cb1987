"""How does the register lie in the database, and how is it listed? As a slice of ours would have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, Date, DateTime, Index, MetaData, Text, select
from sqlalchemy.dialects.postgresql import ARRAY

from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Holds, Listing, Same, Search, latest
from shenguan_chassis.search import names_index
from shenguan_chassis.store import aggregate

metadata = MetaData()


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A firm on the register."""

    id: UUID
    name: str
    state: str
    departments: tuple[str, ...]
    received_at: datetime
    valid_until: date | None
    version: int = 1


class FirmView(Shown):
    """What a list shows of it."""

    id: UUID
    version: int
    name: str
    state: str
    departments: tuple[str, ...]
    received_at: datetime
    valid_until: date | None


firms = aggregate(
    metadata,
    Firm,
    noun="firm",
    owner="departments",
    columns=[
        Column("name", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("departments", ARRAY(Text), nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
        Column("valid_until", Date),
        Index("firms_by_time", "received_at", "id"),
        Index("firms_by_state", "state", "received_at", "id"),
        Index("firms_of_departments", "departments", postgresql_using="gin"),
    ],
)
Index("firms_by_expiry", latest(firms.c.valid_until), firms.c.id)
names_index("firms_by_name", firms.c.name)

FIRMS = Listing(
    "firms",
    select(firms),
    shows=FirmView,
    sorts=["received_at", "id", "valid_until"],
    filters=[Same("state", "状态"), Holds("department", "部门", "departments")],
    search=Search("name", "名称"),
)
