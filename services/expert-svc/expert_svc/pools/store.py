"""How do experts lie in the database, and what is the next number?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Select, Text, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import aggregate, stored
from shenguan_contracts.expert import Pool

from .rules import Expert

metadata = MetaData()

experts = aggregate(
    metadata,
    Expert,
    noun="expert",
    owner="department",
    columns=[
        Column("number", Integer, nullable=False, unique=True),
        Column("pool", Text, nullable=False),
        Column("department", Text, nullable=False),
        Column("fields", ARRAY(Text), nullable=False),
        Column("qualifications", ARRAY(Text), nullable=False),
        Column("filed_at", DateTime(timezone=True), nullable=False),
        Column("state", Text, nullable=False),
        Index("experts_of_pool", "pool", "department", "number"),
    ],
)


def expert_id(number: int) -> UUID:
    """The one id of a number: two filings that want the same one cannot both succeed, and the second tries the next."""
    return derived_id("expert", number)


def last_number() -> Select[Any]:
    """The last number given; rows are never deleted, so it is also how many there are."""
    return select(func.coalesce(func.max(experts.c.number), 0).label("number"))


def filed_by(pool: Pool, department: str) -> Select[Any]:
    """How many experts a department has on a list."""
    return select(func.count().label("experts")).where(experts.c.pool == pool, experts.c.department == department)


def in_pool(pool: Pool) -> Select[Any]:
    """Everyone on a list, in the order of the numbers."""
    return select(experts).where(experts.c.pool == pool).order_by(experts.c.number)


def expert_of(row: Mapping[str, Any]) -> Expert:
    """The expert of a row."""
    expert: Expert = stored(Expert).load(row)
    return expert
