"""Which door tells of missing years? One that everyone may read: dates in them may still move."""

from __future__ import annotations

from fastapi import APIRouter, Response

from shenguan_chassis.http import Visit

from . import views

router = APIRouter(tags=["工作日历"])


@router.get("/calendar-notices", summary="未载入的放假安排", response_model=list[views.MissingYearView])
async def missing(visit: Visit) -> Response:
    """Years that should have been announced and are not loaded; ends in them are provisional. Public, no token."""
    return await visit.show(views.missing_shown)
