"""Which panels were asked for, and what came of it on each case?"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Between, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_contracts.draws import PanelPurpose
from shenguan_contracts.expert import Pool
from shenguan_kernel.roles import READERS

from ..cases.rules import Case
from .rules import CasePanel, PanelRequest, PanelState, UnmetRequest
from .store import panel_requests, panels_of, requests_of, unmet_of


class PanelRequestView(Shown):
    """抽取请求."""

    id: UUID
    version: int
    case_id: UUID
    kind: PanelPurpose
    number: int
    pool: Pool
    seats: int
    per_department: int | None
    fields: tuple[str, ...]
    department: str | None
    excluded_departments: tuple[str, ...]
    requested_at: datetime


class CasePanelView(Shown):
    """专家组；编号代姓名，证书哈希可与公开的抽取证书核对."""

    draw_id: UUID
    kind: PanelPurpose
    panel_request_id: UUID | None
    assurance_level: int
    panel: tuple[str, ...]
    departments: tuple[str, ...]
    certificate_hash: str
    state: PanelState
    completed_at: datetime
    void_reason: str | None


class UnmetRequestView(Shown):
    """无法抽取的答复."""

    panel_request_id: UUID
    code: str
    conflict: tuple[str, ...]
    relaxations: tuple[str, ...]
    refused_at: datetime


class PanelsOfCase(Shown):
    """一个办件的抽取请求、专家组和无法抽取的答复，各按时间先后."""

    requests: tuple[PanelRequestView, ...]
    panels: tuple[CasePanelView, ...]
    refusals: tuple[UnmetRequestView, ...]


PANEL_REQUESTS = Listing(
    "panel-requests",
    select(panel_requests),
    shows=PanelRequestView,
    filters=[Same("kind", "用途"), Same("case_id", "办件编号"), Between("requested_at", "请求时间")],
    sorts=["requested_at"],
)


@view(*READERS)
async def panel_request_shown(read: Read, request: UUID) -> PanelRequestView:
    """One request; raises NotFound."""
    return PanelRequestView.model_validate(await read.get(PanelRequest, request))


@view(*READERS)
async def panel_requests_listed(read: Read, wanted: Asked) -> Page[PanelRequestView]:
    """The requests in the order they were made."""
    return await PANEL_REQUESTS.page(read, wanted)


@view(*READERS)
async def panels_of_case(read: Read, case_id: UUID) -> PanelsOfCase:
    """Who was drawn for a case, and what was asked; a department sees the panels that its experts are on."""
    await read.get(Case, case_id)
    asked, drawn = await read.rows(requests_of(case_id)), await read.rows(panels_of(case_id))
    unmet = await read.rows(unmet_of(case_id))
    return PanelsOfCase(
        requests=tuple(PanelRequestView.model_validate(read.load(PanelRequest, row)) for row in asked),
        panels=tuple(CasePanelView.model_validate(read.load(CasePanel, row)) for row in drawn),
        refusals=tuple(UnmetRequestView.model_validate(read.load(UnmetRequest, row)) for row in unmet),
    )
