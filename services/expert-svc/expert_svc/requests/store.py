"""How do requests for panels lie in the database?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Select, Text, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import BUREAU, aggregate, copy

from .rules import PanelDemand, PanelRefusal

metadata = MetaData()

demands = copy(
    metadata,
    PanelDemand,
    table="panel_demands",
    key=["panel_request_id"],
    owner=BUREAU,
    columns=[
        Column("panel_request_id", Uuid, primary_key=True),
        Column("purpose", Text, nullable=False),
        Column("pool", Text, nullable=False),
        Column("seats", Integer, nullable=False),
        Column("per_department", Integer),
        Column("fields", ARRAY(Text), nullable=False),
        Column("department", Text),
        Column("excluded_departments", ARRAY(Text), nullable=False),
        Column("requested_at", DateTime(timezone=True), nullable=False),
        Column("answered_at", DateTime(timezone=True)),
    ],
)
Index(
    "panel_demands_open", demands.c.requested_at, demands.c.panel_request_id,
    postgresql_where=demands.c.answered_at.is_(None),
)  # fmt: skip

refusals = aggregate(
    metadata,
    PanelRefusal,
    noun="panel-refusal",
    owner=BUREAU,
    columns=[
        Column("panel_request_id", Uuid, nullable=False),
        Column("code", Text, nullable=False),
        Column("refused_at", DateTime(timezone=True), nullable=False),
    ],
)


def refusal_id(request: UUID) -> UUID:
    """The one answer to a request."""
    return derived_id("panel-refusal", request)


def unanswered() -> Select[Any]:
    """Which requests wait, the oldest first."""
    waiting = select(demands.c.panel_request_id).where(demands.c.answered_at.is_(None))
    return waiting.order_by(demands.c.requested_at, demands.c.panel_request_id).limit(50)
