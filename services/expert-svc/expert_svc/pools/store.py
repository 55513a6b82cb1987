"""How do experts lie in the database, what is the next number, and which panels do they carry?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Select,
    Text,
    Uuid,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shenguan_chassis.ids import derived_id
from shenguan_chassis.keys import Keys
from shenguan_chassis.personal.column import personal, same
from shenguan_chassis.store import BUREAU, EVERYONE, aggregate, copy, stored
from shenguan_contracts.expert import Pool
from shenguan_kernel.personal import Mobile, ResidentId

from .rules import ON_THE_LIST, Expert

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
        Column("credentials", JSONB, nullable=False),
        Column("filed_at", DateTime(timezone=True)),
        Column("state", Text, nullable=False),
        Column("reason", Text),
        Column("nomination_window_id", Uuid),
        Column("nominated_at", DateTime(timezone=True)),
        Column("late", Boolean, nullable=False),
        Column("quota", Integer),
        Column("quarantine_days", Integer, nullable=False),
        Column("quarantine_until", Date),
        Column("signing_key", Text),
        personal("name"),
        personal("age"),
        personal("education"),
        personal("office_phone"),
        personal("mobile"),
        personal("other_numbers"),
        personal("resident_id"),
        personal("remark"),
        Index("experts_by_field", "fields", postgresql_using="gin"),
        Index("experts_by_qualification", "qualifications", postgresql_using="gin"),
        Index("experts_of_department", "department", "number"),
        Index("experts_of_pool", "pool", "department", "number"),
        Index("experts_by_state", "state", "number"),
        Index("experts_of_window", "nomination_window_id", "number"),
    ],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """已给编号: the last number given, whosever it is: a department that nominates sees its own experts only."""

    noun: str
    last: int


numberings = copy(
    metadata,
    Numbering,
    key=["noun"],
    owner=EVERYONE,
    columns=[Column("noun", Text, primary_key=True), Column("last", Integer, nullable=False)],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """在任: that an expert was drawn to a panel, as the draw tells it; `carried` until the panel's work is done."""

    draw_id: UUID
    expert_no: str
    pool: Pool
    drawn_on: date | None
    """None once the panel was voided or the seat given to another: as if the expert had not been drawn."""
    carried: bool = True


seats = copy(
    metadata,
    Seated,
    table="seats",
    key=["draw_id", "expert_no"],
    owner=BUREAU,
    columns=[
        Column("draw_id", Uuid, primary_key=True),
        Column("expert_no", Text, primary_key=True),
        Column("pool", Text, nullable=False),
        Column("drawn_on", Date),
        Column("carried", Boolean, nullable=False),
    ],
)
Index("seats_carried", seats.c.pool, seats.c.expert_no, postgresql_where=seats.c.carried)
Index("seats_by_day", seats.c.pool, seats.c.expert_no, seats.c.drawn_on, postgresql_where=seats.c.drawn_on.is_not(None))


@dataclass(frozen=True, slots=True)
class Sought:
    """By what a person is looked for."""

    mobile: Mobile | None = None
    resident_id: ResidentId | None = None


def expert_id(number: int) -> UUID:
    """The one id of a number: two filings that want the same one cannot both succeed, and the second tries the next."""
    return derived_id("expert", number)


def filed_by(pool: Pool, department: str) -> Select[Any]:
    """How many experts a department has on a list."""
    return select(func.count().label("experts")).where(
        experts.c.pool == pool, experts.c.department == department, experts.c.state.in_(ON_THE_LIST)
    )


@cache  # there are two lists: built for each draw, a statement costs more than it takes to run
def in_pool(pool: Pool) -> Select[Any]:
    """Everyone on a list, in the order of the numbers."""
    return select(experts).where(experts.c.pool == pool, experts.c.state.in_(ON_THE_LIST)).order_by(experts.c.number)


def numbered(numbers: Iterable[int]) -> Select[Any]:
    """The experts with these numbers, in their order."""
    return select(experts).where(experts.c.number.in_(sorted(numbers))).order_by(experts.c.number)


def same_person(sought: Sought, keys: Keys) -> Select[Any]:
    """Everyone with this mobile phone or resident number, in the order of the numbers."""
    return select(experts).where(_is(sought, keys)).order_by(experts.c.number)


def how_many_are(sought: Sought, pool: Pool, keys: Keys, besides: int = 0) -> Select[Any]:
    """How many on a list have this mobile phone or resident number, beside the one with a number."""
    counted = select(func.count().label("experts")).select_from(experts)
    on_it = experts.c.pool == pool, experts.c.state.in_(ON_THE_LIST), experts.c.number != besides
    return counted.where(*on_it, _is(sought, keys))


@cache
def duties_in(pool: Pool) -> Select[Any]:
    """How many panels each expert of a list carries, and on which day the last one was drawn.

    Reads the panels that are carried and one entry of an index for each expert ever drawn, not every panel there was.
    """
    last = _last_drawn(pool)
    carried = select(seats.c.expert_no, func.count().label("duties")).where(seats.c.pool == pool, seats.c.carried)
    each = carried.group_by(seats.c.expert_no).subquery()
    duties = func.coalesce(each.c.duties, 0).label("duties")
    found = select(last.c.expert_no, duties, last.c.drawn_on.label("last_drawn"))
    return found.select_from(last.outerjoin(each, each.c.expert_no == last.c.expert_no))


def _last_drawn(pool: Pool) -> CTE:
    """Each expert's newest entry, from one expert to the next along the index: PostgreSQL does not skip by itself."""
    newest = (
        select(seats.c.expert_no, seats.c.drawn_on)
        .where(seats.c.pool == pool, seats.c.drawn_on.is_not(None))
        .order_by(seats.c.expert_no.desc(), seats.c.drawn_on.desc())
        .limit(1)
    )
    last = newest.cte("last_drawn", recursive=True)
    next_one = newest.where(seats.c.expert_no < last.c.expert_no).correlate(last).lateral()
    return last.union_all(select(next_one.c.expert_no, next_one.c.drawn_on).select_from(last.join(next_one, true())))


def _is(sought: Sought, keys: Keys) -> ColumnElement[bool]:
    given = [(experts.c.mobile, sought.mobile), (experts.c.resident_id, sought.resident_id)]
    return or_(false(), *(same(column, datum, keys) for column, datum in given if datum is not None))


def expert_of(row: Mapping[str, Any], keys: Keys) -> Expert:
    """The expert of a row."""
    expert: Expert = stored(Expert).load(row, keys)
    return expert
