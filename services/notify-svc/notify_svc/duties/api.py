"""Which door shows the table of duties?"""

from __future__ import annotations

from fastapi import APIRouter, Response

from shenguan_chassis.http import Visit

from . import views

router = APIRouter(tags=["职责"])


@router.get("/duties", summary="职责清单", response_model=list[views.DutyView])
async def duties(visit: Visit) -> Response:
    """Every duty with its limit, legal source, ladder and consequence; public, no token."""
    return await visit.show(views.duties_shown)
