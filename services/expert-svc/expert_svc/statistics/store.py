"""How do patterns and the evidence for them lie in the database, and which draws are looked at?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    MetaData,
    Select,
    Text,
    Uuid,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import BUREAU, aggregate, copy
from shenguan_contracts.expert import PatternKind
from shenguan_kernel.working_days.legal_day import end_of

from .rules import DrawChance, DrawEvidence, DrawPattern

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


@dataclass(frozen=True, slots=True)
class Through:
    """Which draws: declared from one day through another (Shanghai)."""

    since: date | None = None
    until: date | None = None

    def seen(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """Of what these draws meant for their experts."""
        found, declared = select(*columns).select_from(draw_chances), draw_chances.c.declared_at
        if self.since is not None:
            found = found.where(declared >= end_of(self.since - timedelta(days=1)))
        return found if self.until is None else found.where(declared < end_of(self.until))


def tallies(through: Through) -> Select[Any]:
    """How often each expert could have been drawn with each published probability, and how often it was."""
    rows = draw_chances.c
    key = rows.expert_no, rows.department, rows.probability
    draws, drawn = func.count().label("draws"), func.count().filter(rows.drawn).label("drawn")
    latest = func.max(rows.declared_at).label("latest")
    return through.seen(*key, draws, drawn, latest).where(rows.probability.is_not(None)).group_by(*key)


def seats_within_reach(through: Through) -> Select[Any]:
    """The seats of all draws in which a department could have had one."""
    rows = draw_chances.c
    each = through.seen(rows.department, rows.draw_id, func.max(rows.seats).label("seats"))
    each = each.where(rows.probability.is_not(None)).group_by(rows.department, rows.draw_id)
    draw = each.subquery()
    return select(draw.c.department, func.sum(draw.c.seats).label("seats")).group_by(draw.c.department)


def attempts(through: Through) -> Select[Any]:
    """How many subjects needed so many draws."""
    rows = draw_chances.c
    each = through.seen(rows.purpose, func.max(rows.attempt).label("attempts")).where(rows.drawn)
    subject = each.group_by(rows.purpose).subquery()
    counted = select(subject.c.attempts, func.count().label("subjects"))
    return counted.group_by(subject.c.attempts).order_by(subject.c.attempts)


def recusals(through: Through) -> Select[Any]:
    """How often experts stood aside, by department and ground."""
    rows = draw_chances.c
    key = rows.department, rows.recused
    found = through.seen(rows.department, rows.recused.label("ground"), func.count().label("recusals"))
    return found.where(rows.recused.is_not(None)).group_by(*key).order_by(*key)


def draws(through: Through) -> Select[Any]:
    """In how many draws something of this could be seen."""
    each = through.seen(draw_chances.c.draw_id).distinct().subquery()
    return select(func.count().label("draws")).select_from(each)
