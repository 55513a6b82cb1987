"""How does the register of licences lie in the database?"""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Index, MetaData, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from shenguan_chassis.listing import latest
from shenguan_chassis.search import names_index
from shenguan_chassis.store import aggregate

from .rules import License

metadata = MetaData()

licenses = aggregate(
    metadata,
    License,
    noun="license",
    owner="departments",
    columns=[
        Column("license_no", Text, nullable=False),
        Column("case_id", Uuid, nullable=False),
        Column("item_id", Uuid, nullable=False),
        Column("item_code", Text, nullable=False),
        Column("item_name", Text, nullable=False),
        Column("departments", ARRAY(Text), nullable=False),
        Column("holder_name", Text),
        Column("holder_uscc", Text),
        Column("valid_until", Date),
        Column("state", Text, nullable=False),
        Column("issued_at", DateTime(timezone=True), nullable=False),
        Column("penalty_id", Uuid),
        Column("penalty_revoked_at", DateTime(timezone=True)),
        Column("deregistered_at", DateTime(timezone=True)),
        Column("ground", Text),
        UniqueConstraint("license_no", name="licenses_license_no"),
        UniqueConstraint("case_id", name="licenses_case_id"),
        Index("licenses_by_department", "departments", postgresql_using="gin"),
        Index("licenses_by_holder", "holder_uscc", "id"),
        Index("licenses_by_time", "issued_at", "id"),
        Index("licenses_by_state", "state", "id"),
        Index("licenses_by_item", "item_code", "id"),
    ],
)
Index("licenses_by_expiry", latest(licenses.c.valid_until), licenses.c.id)
Index("licenses_by_state_and_expiry", licenses.c.state, latest(licenses.c.valid_until), licenses.c.id)
names_index("licenses_by_name", licenses.c.holder_name)
