"""At which doors is the register of licences read, and a licence deregistered?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page

from . import commands, views
from .rules import License
from .views import LicenseView

router = APIRouter(prefix="/licenses", tags=["许可证"])


@router.get("", summary="许可证登记簿", response_model=Page[LicenseView])
async def listed(call: Call, wanted: Annotated[Asked, views.LICENSES.query]) -> Response:
    """The register, page by page; licences without a last day come after all others in the order of `valid_until`."""
    return await call.show(views.licenses_listed, wanted)


@router.get("/{license_id}", summary="许可证详情", response_model=LicenseView)
async def shown(license_id: UUID, call: Call) -> Response:
    """One licence."""
    return await call.show(views.license_shown, license_id)


@router.post("/{license_id}/deregister", summary="注销", response_model=LicenseView)
async def deregister(license_id: UUID, call: Call) -> Response:
    """Strike an ended licence from the register (ALL art. 70)."""
    return await call.give(commands.deregister_license, license_id, shows=LicenseView, changes=License)
