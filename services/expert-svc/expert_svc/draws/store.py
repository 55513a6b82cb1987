"""How do draws lie in the database?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Select, SmallInteger, Text, Uuid, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import EVERYONE, aggregate, copy
from shenguan_contracts.expert import Pool

from .record import Certificate, Draw, DrawState, Published

metadata = MetaData()

draws = aggregate(
    metadata,
    Draw,
    noun="draw",
    owner=("departments", "contributors"),
    columns=[
        Column("purpose", Text, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("pool", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("assurance_level", SmallInteger, nullable=False),
        Column("declaration_hash", Text, nullable=False),
        Column("panels", Text, nullable=False),
        Column("drawn_by", Text, nullable=False),
        Column("declared_at", DateTime(timezone=True), nullable=False),
        Column("panel", ARRAY(Text), nullable=False),
        Column("departments", ARRAY(Text), nullable=False),
        Column("certificate_hash", Text),
        Column("completed_at", DateTime(timezone=True)),
        Column("voided_at", DateTime(timezone=True)),
        Column("void_reason", Text),
        Column("contributors", ARRAY(Text), nullable=False),
        Column("commitments", ARRAY(Text), nullable=False),
        Column("reveals", ARRAY(Text), nullable=False),
        Column("commit_by", DateTime(timezone=True)),
        Column("reveal_by", DateTime(timezone=True)),
        Column("beacon_due", DateTime(timezone=True)),
        Column("beacon_value", Text),
        Column("beacon_read_by", Text),
        Index("draws_of_purpose", "purpose", "attempt", unique=True),
        Index("draws_by_time", "declared_at", "id"),
        Index("draws_by_state", "state", "declared_at", "id"),
        Index("draws_of_departments", "departments", postgresql_using="gin"),
        Index("draws_of_contributors", "contributors", postgresql_using="gin"),
    ],
)

# Apart from the draw, which is its departments': whoever doubts a draw has no token.
certificates = copy(
    metadata,
    Certificate,
    key=["draw_id"],
    owner=EVERYONE,
    columns=[
        Column("draw_id", Uuid, primary_key=True),
        Column("text", Text, nullable=False),
        Column("hash", Text, nullable=False),
    ],
)


# Public too, and before any number is known: what nobody could read nobody could hold the draw to.
declarations = copy(
    metadata,
    Published,
    table="declarations",
    key=["draw_id"],
    owner=EVERYONE,
    columns=[
        Column("draw_id", Uuid, primary_key=True),
        Column("declaration", Text, nullable=False),
        Column("pool", Text, nullable=False),
    ],
)


def draw_id(purpose: str, attempt: int) -> UUID:
    """The one id of an attempt: of two draws at once for one purpose the second finds the first."""
    return derived_id("draw", purpose, attempt)


def duties_in(pool: Pool) -> Select[Any]:
    """How many standing panels each expert of a list is on, and when the last one was drawn."""
    expert = func.unnest(draws.c.panel).label("expert_no")
    standing = (
        select(expert, draws.c.completed_at)
        .where(draws.c.pool == pool, draws.c.state == DrawState.COMPLETED)
        .subquery()
    )
    figures = func.count().label("duties"), func.max(standing.c.completed_at).label("last_drawn")
    return select(standing.c.expert_no, *figures).group_by(standing.c.expert_no)
