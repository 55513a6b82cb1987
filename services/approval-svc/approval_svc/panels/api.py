"""At which doors are experts asked for on a case, and where is seen who was drawn?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page

from . import commands, views
from .commands import RequestPanel
from .views import PanelRequestView, PanelsOfCase

router = APIRouter(tags=["专家抽取请求"])


@router.post(
    "/cases/{case_id}/panel-requests", summary="请求抽取专家", status_code=201, response_model=PanelRequestView
)
async def ask(case_id: UUID, body: RequestPanel, call: Call) -> Response:
    """Ask for a panel for a case under review; the draw answers by itself (R28, R30)."""
    return await call.give(
        commands.request_panel, case_id, body, shows=PanelRequestView, status=201, at="/panel-requests/{id}"
    )


@router.get("/cases/{case_id}/panels", summary="办件的专家组", response_model=PanelsOfCase)
async def of_case(case_id: UUID, call: Call) -> Response:
    """What was asked for a case and who was drawn."""
    return await call.show(views.panels_of_case, case_id)


@router.get("/panel-requests", summary="抽取请求列表", response_model=Page[PanelRequestView])
async def listed(call: Call, wanted: Annotated[Asked, views.PANEL_REQUESTS.query]) -> Response:
    """The requests, page by page."""
    return await call.show(views.panel_requests_listed, wanted)


@router.get("/panel-requests/{panel_request}", summary="抽取请求详情", response_model=PanelRequestView)
async def shown(panel_request: UUID, call: Call) -> Response:
    """One request."""
    return await call.show(views.panel_request_shown, panel_request)
