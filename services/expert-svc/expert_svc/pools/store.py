"""How do experts lie in the database, and what is the next number?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    MetaData,
    Select,
    Text,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shenguan_chassis.ids import derived_id
from shenguan_chassis.keys import Keys
from shenguan_chassis.personal.column import personal, same
from shenguan_chassis.store import aggregate, stored
from shenguan_contracts.expert import Pool
from shenguan_kernel.personal import Mobile, ResidentId

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
        personal("name"),
        personal("office_phone"),
        personal("mobile"),
        personal("resident_id"),
        Index("experts_by_field", "fields", postgresql_using="gin"),
        Index("experts_by_qualification", "qualifications", postgresql_using="gin"),
        Index("experts_of_department", "department", "number"),
        Index("experts_of_pool", "pool", "department", "number"),
    ],
)


@dataclass(frozen=True, slots=True)
class Sought:
    """By what a person is looked for."""

    mobile: Mobile | None = None
    resident_id: ResidentId | None = None


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


def same_person(sought: Sought, keys: Keys) -> Select[Any]:
    """Everyone with this mobile phone or resident number, in the order of the numbers."""
    return select(experts).where(_is(sought, keys)).order_by(experts.c.number)


def how_many_are(sought: Sought, pool: Pool, keys: Keys) -> Select[Any]:
    """How many on a list have this mobile phone or resident number."""
    return select(func.count().label("experts")).select_from(experts).where(experts.c.pool == pool, _is(sought, keys))


def _is(sought: Sought, keys: Keys) -> ColumnElement[bool]:
    given = [(experts.c.mobile, sought.mobile), (experts.c.resident_id, sought.resident_id)]
    return or_(false(), *(same(column, datum, keys) for column, datum in given if datum is not None))


def expert_of(row: Mapping[str, Any], keys: Keys) -> Expert:
    """The expert of a row."""
    expert: Expert = stored(Expert).load(row, keys)
    return expert
