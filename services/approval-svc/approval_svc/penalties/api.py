"""At which doors are the filed penalties read? Departments enter them in their own service, never here."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page

from . import views
from .views import PenaltyFileView

router = APIRouter(prefix="/penalty-files", tags=["吊销备案"])


@router.get("", summary="备案列表", response_model=Page[PenaltyFileView])
async def listed(call: Call, wanted: Annotated[Asked, views.PENALTY_FILES.query]) -> Response:
    """The penalties on file, page by page."""
    return await call.show(views.penalty_files_listed, wanted)


@router.get("/{penalty_file}", summary="备案详情", response_model=PenaltyFileView)
async def shown(penalty_file: UUID, call: Call) -> Response:
    """One penalty on file."""
    return await call.show(views.penalty_file_shown, penalty_file)
