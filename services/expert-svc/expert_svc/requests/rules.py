"""What was asked, and what is answered where no panel is possible? (R28, R30)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.draws import PanelRefused, PanelRequested


class RequestUnusable(Refusal, status=422, rule="R30"):
    """抽取请求的要素无法使用：请核对用途对象、席位数与从事领域名称后重新请求。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelDemand:
    """待抽取请求, as it was heard; `answered_at` once a draw or a refusal answered it."""

    panel_request_id: UUID
    purpose: str
    pool: str
    seats: int
    per_department: int | None
    fields: tuple[str, ...]
    department: str | None
    excluded_departments: tuple[str, ...]
    requested_at: datetime
    answered_at: datetime | None = None

    @classmethod
    def heard(cls, asked: PanelRequested) -> PanelDemand:
        """The demand of a request."""
        return cls(
            panel_request_id=asked.panel_request_id,
            purpose=asked.purpose,
            pool=asked.pool,
            seats=asked.seats,
            per_department=asked.per_department,
            fields=asked.fields,
            department=asked.department,
            excluded_departments=asked.excluded_departments,
            requested_at=asked.requested_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRefusal:
    """无法抽取的答复."""

    id: UUID
    version: int = 0
    panel_request_id: UUID
    code: str
    refused_at: datetime

    @classmethod
    def first(cls, said: PanelRefused) -> PanelRefusal:
        """The answer as it was said."""
        return cls(
            id=said.panel_refusal_id,
            panel_request_id=said.panel_request_id,
            code=said.code,
            refused_at=said.refused_at,
        )


def refuse(refusal_id: UUID, demand: PanelDemand, why: Refusal, *, at: datetime) -> PanelRefused:
    """无法抽取: which rule is in the way, and the smallest change that would do, as the refusal found them."""
    facts: dict[str, Any] = dict(why.facts)
    return PanelRefused(
        panel_refusal_id=refusal_id,
        panel_request_id=demand.panel_request_id,
        purpose=demand.purpose,
        code=why.code,
        conflict=tuple(facts.get("conflict", ())),
        relaxations=tuple(f"{change['part']}={change['to']}" for change in facts.get("relaxations", ())),
        refused_at=at,
    )
