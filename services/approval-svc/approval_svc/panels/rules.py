"""When may the bureau ask for experts on a case, and what came of it? (R28, R30)

Which list serves is no choice: a survey has the pool of surveyors, all else the think tank. Asking again needs an
answer first; a panel that stands is not asked for twice, so that nobody asks until it suits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.draws import ExpertReplaced, PanelPurpose, PanelRefused, PanelRequested
from shenguan_contracts.expert import DrawCompleted, Pool
from shenguan_kernel.lots.names import UUID_PATTERN

from ..cases.rules import Case, CaseState, NotUnderReview

_NOUNS: Final = {kind: "case" if kind is PanelPurpose.APPROVAL else str(kind) for kind in PanelPurpose}
"""What a panel is for, as its draw names it with the case's id: one chain of attempts for each case and purpose."""
_KINDS: Final = {noun: kind for kind, noun in _NOUNS.items()}
_PURPOSE: Final = re.compile(f"({'|'.join(_KINDS)})/({UUID_PATTERN})")


class PanelAwaited(Refusal, rule="R30"):
    """同一用途的抽取请求尚未答复：请等待抽取结果，不必重复提出。"""


class PanelSeated(Refusal, rule="R30"):
    """该办件的同一用途已有专家组：确需重抽的，请先在抽取环节写明理由作废，或待其解任。"""


class NotCompetent(Refusal, rule="R30", field="department"):
    """所填主管部门不是该办件的监管部门：请核对部门代码，或不作此项要求。"""


class PanelState(StrEnum):
    """How a panel stands."""

    SEATED = "seated"
    """在任"""
    RELEASED = "released"
    """已解任"""
    VOIDED = "voided"
    """已作废"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """要求 of a panel: what the rule of its draw will hold."""

    kind: PanelPurpose
    seats: int
    per_department: int | None = None
    fields: tuple[str, ...] = ()
    department: str | None = None
    excluded_departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRequest:
    """抽取请求, as the bureau made it; it never changes: what came of it is a panel or a refusal."""

    id: UUID
    version: int = 0
    case_id: UUID
    kind: PanelPurpose
    number: int
    """Which request for this case and purpose, from 1."""
    pool: Pool
    seats: int
    per_department: int | None
    fields: tuple[str, ...]
    department: str | None
    excluded_departments: tuple[str, ...]
    departments: tuple[str, ...]
    """Those of the case: it is theirs to see."""
    requested_at: datetime

    @classmethod
    def first(cls, said: PanelRequested, case: Case, number: int) -> PanelRequest:
        """The request as it was said."""
        return cls(
            id=said.panel_request_id,
            case_id=case.id,
            kind=said.kind,
            number=number,
            pool=said.pool,
            seats=said.seats,
            per_department=said.per_department,
            fields=said.fields,
            department=said.department,
            excluded_departments=said.excluded_departments,
            departments=case.departments,
            requested_at=said.requested_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePanel:
    """专家组 of a case, as the draw tells it: numbers instead of names, and the certificate that proves them."""

    draw_id: UUID
    case_id: UUID
    kind: PanelPurpose
    panel_request_id: UUID | None
    """None: the bureau declared this draw itself."""
    assurance_level: int
    panel: tuple[str, ...]
    departments: tuple[str, ...]
    certificate_hash: str
    state: PanelState = PanelState.SEATED
    completed_at: datetime
    void_reason: str | None = None

    @classmethod
    def drawn(cls, said: DrawCompleted) -> CasePanel | None:
        """The panel that a draw gave a case; None for a purpose that is no case's."""
        found = _PURPOSE.fullmatch(said.purpose)
        return found and cls(
            draw_id=said.draw_id,
            case_id=UUID(found[2]),
            kind=_KINDS[found[1]],
            panel_request_id=said.panel_request_id,
            assurance_level=said.assurance_level,
            panel=said.panel,
            departments=said.departments,
            certificate_hash=said.certificate_hash,
            completed_at=said.completed_at,
        )

    def reseat(self, said: ExpertReplaced) -> CasePanel:
        """The panel with a seat given anew (补抽)."""
        return replace(self, panel=said.panel, departments=said.departments, certificate_hash=said.certificate_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetRequest:
    """无法抽取, as it was answered: which parts of the rule stand in the way, and the least that would help."""

    panel_request_id: UUID
    code: str
    conflict: tuple[str, ...]
    relaxations: tuple[str, ...]
    refused_at: datetime

    @classmethod
    def heard(cls, said: PanelRefused) -> UnmetRequest:
        """The answer."""
        return cls(
            panel_request_id=said.panel_request_id,
            code=said.code,
            conflict=said.conflict,
            relaxations=said.relaxations,
            refused_at=said.refused_at,
        )


@dataclass(frozen=True, slots=True)
class Before:
    """此前 of one case and purpose: every panel that was drawn, and whether a request still waits for its answer."""

    panels: Sequence[CasePanel] = ()
    awaited: bool = False


def request(request_id: UUID, case: Case, wanted: Wanted, before: Before, *, at: datetime) -> PanelRequested:
    """请求抽取 for a case under review, after what was asked and drawn for the same before.

    Raises NotUnderReview, NotCompetent, PanelSeated, PanelAwaited.
    """
    if case.state is not CaseState.UNDER_REVIEW:
        raise NotUnderReview(case=case.id, state=case.state)
    if wanted.department is not None and wanted.department not in case.departments:
        raise NotCompetent(department=wanted.department, departments=case.departments)
    if standing := [panel.draw_id for panel in before.panels if panel.state is PanelState.SEATED]:
        raise PanelSeated(case=case.id, draw=standing[0])
    if before.awaited:
        raise PanelAwaited(case=case.id, kind=wanted.kind)
    return PanelRequested(
        panel_request_id=request_id,
        purpose=f"{_NOUNS[wanted.kind]}/{case.id}",
        kind=wanted.kind,
        pool=Pool.SURVEY if wanted.kind is PanelPurpose.SURVEY else Pool.THINK_TANK,
        seats=wanted.seats,
        per_department=wanted.per_department,
        fields=wanted.fields,
        department=wanted.department,
        excluded_departments=wanted.excluded_departments,
        requested_at=at,
    )
