"""Which doors lead to the ledger?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page

from . import commands, views
from .rules import Watch
from .views import LedgerEntry, WatchView

router = APIRouter(tags=["监管台账"])


@router.get("/ledger", summary="监管台账", response_model=Page[LedgerEntry])
async def listed(call: Call, wanted: Annotated[Asked, views.LEDGER.query]) -> Response:
    """What the caller's department watches; the bureau and the overseer see every department's."""
    return await call.show(views.ledger_listed, wanted)


@router.get("/ledger/{watch}", summary="台账条目", response_model=LedgerEntry)
async def shown(watch: UUID, call: Call) -> Response:
    """One licence that a department watches."""
    return await call.show(views.entry_shown, watch)


@router.post("/ledger/{watch}/claim", summary="认领", response_model=WatchView)
async def claim(watch: UUID, call: Call) -> Response:
    """Take a pushed approval over (R19)."""
    return await call.give(commands.claim_approval, watch, shows=WatchView, changes=Watch)
