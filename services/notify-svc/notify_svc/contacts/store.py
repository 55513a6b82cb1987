"""How do contacts lie in the database? What leads to a person is sealed, each datum to its row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, MetaData, Select, Text, select

from shenguan_chassis.personal.column import personal
from shenguan_chassis.store import aggregate

from .rules import Contact

metadata = MetaData()

contacts = aggregate(
    metadata,
    Contact,
    noun="contact",
    owner="department",
    columns=[
        Column("department", Text, nullable=False),
        personal("email"),
        personal("wecom"),
        personal("dingtalk"),
        personal("feishu"),
        personal("webhook"),
        Column("sms", Boolean, nullable=False),
        Column("operations", Boolean, nullable=False),
        Column("quiet_from_minute", Integer, nullable=False),
        Column("quiet_to_minute", Integer, nullable=False),
        Column("digest_minute", Integer),
        Column("state", Text, nullable=False),
        Column("registered_at", DateTime(timezone=True), nullable=False),
    ],
)

Index("contacts_registered", contacts.c.registered_at, contacts.c.id)
Index("contacts_by_state", contacts.c.state, contacts.c.id)
Index("contacts_by_state_registered", contacts.c.state, contacts.c.registered_at, contacts.c.id)
Index("contacts_by_department", contacts.c.department, contacts.c.id)
Index("contacts_by_department_registered", contacts.c.department, contacts.c.registered_at, contacts.c.id)
Index("contacts_of_operations", contacts.c.id, postgresql_where=contacts.c.operations.is_(True))


def of_operations() -> Select[Any]:
    """Who is told of what befalls the platform."""
    return select(contacts.c.id).where(contacts.c.operations.is_(True)).order_by(contacts.c.id)
