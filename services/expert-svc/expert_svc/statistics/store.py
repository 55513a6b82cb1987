"""How do patterns and the evidence for them lie in the database, and which draws are looked at?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, MetaData, Select, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import BUREAU, aggregate, copy
from shenguan_contracts.expert import PatternKind
from shenguan_kernel.working_days.legal_day import end_of

from .rules import DrawChance, DrawEvidence, DrawPattern

MOST_ROWS = 100_000
"""How much one look at the statistics takes in: some thousand draws of a district, the newest first."""

metadata = MetaData()

draw_patterns = aggregate(
    metadata,
    DrawPattern,
    noun="draw-pattern",
    owner="department",
    columns=[
        Column("kind", Text, nullable=False),
        Column("expert_no", Text, nullable=False),
        Column("department", Text),
        Column("draws", Integer, nullable=False),
        Column("once_in", BigInteger, nullable=False),
        Column("noticed_at", DateTime(timezone=True), nullable=False),
        Index("draw_patterns_by_time", "noticed_at", "id"),
        Index("draw_patterns_of_department", "department", "noticed_at", "id"),
    ],
)

draw_evidence = copy(
    metadata,
    DrawEvidence,
    table="draw_evidence",
    key=["kind"],
    owner=BUREAU,
    columns=[
        Column("kind", Text, primary_key=True),
        Column("looks", Integer, nullable=False),
        Column("ratios", JSONB, nullable=False),
    ],
)


draw_chances = copy(
    metadata,
    DrawChance,
    table="draw_chances",
    key=["draw_id", "expert_no"],
    owner="department",
    columns=[
        Column("draw_id", Uuid, primary_key=True),
        Column("expert_no", Text, primary_key=True),
        Column("department", Text, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("seats", Integer, nullable=False),
        Column("probability", Text),
        Column("drawn", Boolean, nullable=False),
        Column("recused", Text),
        Column("declared_at", DateTime(timezone=True), nullable=False),
        Index("draw_chances_by_time", "declared_at", "expert_no"),
        Index("draw_chances_of_department", "department", "declared_at"),
    ],
)


def pattern_id(kind: PatternKind, grade: int) -> UUID:
    """One alarm for each family and each thousandfold: what was noticed once is not noticed again."""
    return derived_id("draw-pattern", kind, grade)


def between(since: date | None, until: date | None) -> Select[Any]:
    """What draws declared from one day through another (Shanghai) meant for their experts, the newest first."""
    found = select(draw_chances).order_by(draw_chances.c.declared_at.desc(), draw_chances.c.expert_no).limit(MOST_ROWS)
    if since is not None:
        found = found.where(draw_chances.c.declared_at >= end_of(since - timedelta(days=1)))
    return found if until is None else found.where(draw_chances.c.declared_at < end_of(until))
