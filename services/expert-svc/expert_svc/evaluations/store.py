"""How do evaluations lie in the database?"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Column, DateTime, Index, MetaData, SmallInteger, Text, Uuid

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import aggregate

from .rules import Evaluation

metadata = MetaData()

evaluations = aggregate(
    metadata,
    Evaluation,
    noun="evaluation",
    owner="department",
    columns=[
        Column("draw_id", Uuid, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("expert_no", Text, nullable=False),
        Column("department", Text, nullable=False),
        Column("score", SmallInteger, nullable=False),
        Column("remark", Text),
        Column("state", Text, nullable=False),
        Column("entered_by", Text, nullable=False),
        Column("entered_at", DateTime(timezone=True), nullable=False),
        Column("confirmed_at", DateTime(timezone=True)),
        Index("evaluations_by_time", "entered_at", "id"),
        Index("evaluations_of_department", "department", "entered_at", "id"),
        Index("evaluations_of_expert", "expert_no", "entered_at", "id"),
    ],
)


def evaluation_id(draw: UUID, expert_no: str, department: str) -> UUID:
    """The one evaluation of a member of a panel by an office."""
    return derived_id("evaluation", draw, expert_no, department)
