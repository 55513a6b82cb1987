"""How do officers lie in the database? Their numbers sealed, each to its row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, Index, MetaData, Select, Text, func, select

from shenguan_chassis.keys import Keys
from shenguan_chassis.personal.column import personal, same
from shenguan_chassis.store import aggregate
from shenguan_kernel.personal import Mobile

from .rules import Person

metadata = MetaData()

people = aggregate(
    metadata,
    Person,
    noun="person",
    table="people",
    owner="department",
    columns=[
        Column("department", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("title", Text, nullable=False),
        personal("office_phone"),
        personal("mobile", nullable=False),
        Column("registered_at", DateTime(timezone=True), nullable=False),
    ],
)

Index("people_registered", people.c.registered_at, people.c.id)
Index("people_by_department", people.c.department, people.c.id)
Index("people_by_department_registered", people.c.department, people.c.registered_at, people.c.id)


def with_mobile(mobile: Mobile, keys: Keys) -> Select[Any]:
    """Who has this number."""
    return select(people).where(same(people.c.mobile, mobile, keys)).order_by(people.c.id)


def how_many_with(mobile: Mobile, department: str, keys: Keys) -> Select[Any]:
    """How many of a department have this number."""
    has_it = same(people.c.mobile, mobile, keys)
    return select(func.count().label("people")).select_from(people).where(people.c.department == department, has_it)
