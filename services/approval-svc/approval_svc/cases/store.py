"""How do cases, their limits and the attempts outside the list lie in the database?"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from shenguan_chassis.store import BUREAU, aggregate, copy

from .rules import Attempt, Case, ExaminationLimit

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
        Index("cases_by_department", "departments", postgresql_using="gin"),
    ],
)

attempts = aggregate(
    metadata,
    Attempt,
    noun="attempt",
    owner=BUREAU,
    columns=[
        Column("item_code", Text, nullable=False),
        Column("attempted_by", Text, nullable=False),
        Column("attempted_at", DateTime(timezone=True), nullable=False),
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
