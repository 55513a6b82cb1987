"""Which doors lead to custodians?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call, Visit
from shenguan_chassis.listing import Asked, Page

from . import commands, views
from .commands import RegisterCustodianKey
from .views import CustodianView

router = APIRouter(tags=["随机数托管"])


@router.post("/custodians", summary="登记托管公钥", status_code=201, response_model=CustodianView)
async def register(body: RegisterCustodianKey, call: Call) -> Response:
    """Register the caller's office as a custodian, with the key that only it can open with (R30)."""
    return await call.give(
        commands.register_custodian_key, body, shows=CustodianView, status=201, at="/custodians/{id}"
    )


@router.get("/custodians", summary="托管单位", response_model=Page[CustodianView])
async def listed(visit: Visit, wanted: Annotated[Asked, views.CUSTODIANS.query]) -> Response:
    """Who can be named a custodian of a draw. Public, no token."""
    return await visit.show(views.custodians_listed, wanted)


@router.get("/custodians/{custodian}", summary="托管单位详情", response_model=CustodianView)
async def shown(custodian: UUID, visit: Visit) -> Response:
    """One custodian with its key. Public, no token."""
    return await visit.show(views.custodian_shown, custodian)
