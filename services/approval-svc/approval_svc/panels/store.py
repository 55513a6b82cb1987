"""How do requests for panels, and what came of them, lie in the database?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Select, SmallInteger, Text, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import BUREAU, aggregate, copy
from shenguan_contracts.draws import PanelPurpose

from .rules import CasePanel, PanelRequest, UnmetRequest

metadata = MetaData()

panel_requests = aggregate(
    metadata,
    PanelRequest,
    noun="panel-request",
    owner="departments",
    columns=[
        Column("case_id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("pool", Text, nullable=False),
        Column("seats", Integer, nullable=False),
        Column("per_department", Integer),
        Column("fields", ARRAY(Text), nullable=False),
        Column("department", Text),
        Column("excluded_departments", ARRAY(Text), nullable=False),
        Column("departments", ARRAY(Text), nullable=False),
        Column("requested_at", DateTime(timezone=True), nullable=False),
        Index("panel_requests_by_time", "requested_at", "id"),
        Index("panel_requests_by_kind", "kind", "requested_at", "id"),
        Index("panel_requests_of_case", "case_id", "requested_at", "id"),
        Index("panel_requests_of_departments", "departments", postgresql_using="gin"),
    ],
)

case_panels = copy(
    metadata,
    CasePanel,
    table="case_panels",
    key=["draw_id"],
    owner="departments",
    columns=[
        Column("draw_id", Uuid, primary_key=True),
        Column("case_id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("panel_request_id", Uuid),
        Column("assurance_level", SmallInteger, nullable=False),
        Column("panel", ARRAY(Text), nullable=False),
        Column("departments", ARRAY(Text), nullable=False),
        Column("certificate_hash", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("completed_at", DateTime(timezone=True), nullable=False),
        Column("void_reason", Text),
    ],
)
Index("case_panels_of_case", case_panels.c.case_id, case_panels.c.completed_at)

unmet_requests = copy(
    metadata,
    UnmetRequest,
    table="unmet_requests",
    key=["panel_request_id"],
    owner=BUREAU,
    columns=[
        Column("panel_request_id", Uuid, primary_key=True),
        Column("code", Text, nullable=False),
        Column("conflict", ARRAY(Text), nullable=False),
        Column("relaxations", ARRAY(Text), nullable=False),
        Column("refused_at", DateTime(timezone=True), nullable=False),
    ],
)


def request_id(case: UUID, kind: PanelPurpose, number: int) -> UUID:
    """The one id of a request: of two who ask at once for one purpose the second finds the first."""
    return derived_id("panel-request", case, kind, number)


def requests_of(case: UUID) -> Select[Any]:
    """What was asked for a case, in the order it was asked."""
    found = select(panel_requests).where(panel_requests.c.case_id == case)
    return found.order_by(panel_requests.c.requested_at, panel_requests.c.id)


def unmet_of(case: UUID) -> Select[Any]:
    """Which requests for a case were answered by a refusal."""
    asked = panel_requests.c.id == unmet_requests.c.panel_request_id
    return select(unmet_requests).join(panel_requests, asked).where(panel_requests.c.case_id == case)


def panels_of(case: UUID) -> Select[Any]:
    """Which panels were drawn for a case, in the order they were drawn."""
    found = select(case_panels).where(case_panels.c.case_id == case)
    return found.order_by(case_panels.c.completed_at, case_panels.c.draw_id)
