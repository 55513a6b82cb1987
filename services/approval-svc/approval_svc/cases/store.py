"""How do cases, their limits and the attempts outside the list lie in the database?"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, MetaData, Select, Text, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY

from shenguan_chassis.keys import Keys
from shenguan_chassis.personal.column import personal, same
from shenguan_chassis.search import names_index
from shenguan_chassis.store import BUREAU, aggregate, copy
from shenguan_kernel.personal import Mobile

from .rules import Attempt, Case, ExaminationLimit

MOST_FOUND: Final = 100
metadata = MetaData()

cases = aggregate(
    metadata,
    Case,
    noun="case",
    owner="departments",
    columns=[
        Column("item_id", Uuid, nullable=False),
        Column("item_code", Text, nullable=False),
        Column("departments", ARRAY(Text), nullable=False),
        Column("standard_no", Integer, nullable=False),
        Column("promised_days", Integer, nullable=False),
        Column("statutory_days", Integer, nullable=False),
        Column("channel", Text, nullable=False),
        Column("holder_name", Text, nullable=False),
        Column("holder_uscc", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
        Column("accepted_at", DateTime(timezone=True)),
        Column("accepted_by", Text),
        Column("deemed", Boolean, nullable=False),
        Column("granted_at", DateTime(timezone=True)),
        Column("license_id", Uuid),
        personal("agent_name"),
        personal("agent_mobile"),
        personal("agent_resident_id"),
        Index("cases_by_department", "departments", postgresql_using="gin"),
        Index("cases_by_time", "received_at", "id"),
        Index("cases_by_state", "state", "id"),
        Index("cases_by_state_and_time", "state", "received_at", "id"),
        Index("cases_by_item", "item_code", "id"),
        Index("cases_by_holder", "holder_uscc", "id"),
    ],
)
names_index("cases_by_name", cases.c.holder_name)

attempts = aggregate(
    metadata,
    Attempt,
    noun="attempt",
    owner=BUREAU,
    columns=[
        Column("item_code", Text, nullable=False),
        Column("attempted_by", Text, nullable=False),
        Column("attempted_at", DateTime(timezone=True), nullable=False),
        Index("attempts_by_time", "attempted_at", "id"),
        Index("attempts_by_item", "item_code", "id"),
    ],
)

limits = copy(
    metadata,
    ExaminationLimit,
    key=["case_id"],
    owner=BUREAU,
    table="examination_limits",
    columns=[Column("case_id", Uuid, primary_key=True), Column("due_at", DateTime(timezone=True), nullable=False)],
)


def brought_by(mobile: Mobile, keys: Keys) -> Select[Any]:
    """The cases that somebody with this number brought in, the latest first."""
    return select(cases).where(same(cases.c.agent_mobile, mobile, keys)).order_by(cases.c.id.desc()).limit(MOST_FOUND)
