"""How do licences and the watches on them lie in the database?"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Column, DateTime, Index, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from shenguan_chassis.ids import derived_id
from shenguan_chassis.search import names_index
from shenguan_chassis.store import aggregate, copy

from .rules import License, Watch

metadata = MetaData()

licenses = copy(
    metadata,
    License,
    key=["license_id"],
    owner="departments",
    columns=[
        Column("license_id", Uuid, primary_key=True),
        Column("license_no", Text, nullable=False),
        Column("item_code", Text, nullable=False),
        Column("item_name", Text, nullable=False),
        Column("departments", ARRAY(Text), nullable=False),
        Column("holder_name", Text),
        Column("holder_uscc", Text),
        Column("issued_at", DateTime(timezone=True), nullable=False),
        Column("state", Text, nullable=False),
        Index("licenses_by_number", "license_no"),
        Index("licenses_by_item", "item_code"),
        Index("licenses_by_holder", "holder_uscc"),
    ],
)
names_index("licenses_by_name", licenses.c.holder_name)

watches = aggregate(
    metadata,
    Watch,
    noun="watch",
    owner="department",
    table="watches",
    columns=[
        Column("department", Text, nullable=False),
        Column("license_id", Uuid, nullable=False),
        Column("claim_rule", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("assigned_at", DateTime(timezone=True), nullable=False),
        Column("claimed_at", DateTime(timezone=True)),
        Column("ended_at", DateTime(timezone=True)),
        Index("watches_of_department", "department", "assigned_at", "id"),
        Index("watches_by_time", "assigned_at", "id"),
        Index("watches_by_state", "state", "assigned_at", "id"),
        Index("watches_of_department_by_state", "department", "state", "assigned_at", "id"),
        Index("watches_of_license", "license_id"),
        Index("watches_unclaimed", "department", "assigned_at", "id", postgresql_where=text("claimed_at IS NULL")),
    ],
)


def watch_id(license_id: UUID, department: str) -> UUID:
    """The one id of a watch: a department watches a licence once."""
    return derived_id("watch", license_id, department)
