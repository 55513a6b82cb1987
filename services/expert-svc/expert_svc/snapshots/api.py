"""Which doors lead to snapshots? Freezing is the bureau's; looking is everybody's."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from shenguan_chassis.http import Call, Visit
from shenguan_chassis.listing import Asked, Page
from shenguan_kernel.lots.names import UUID_PATTERN

from . import commands, views
from .commands import FreezePool
from .views import DifferencesView, SnapshotView

router = APIRouter(tags=["名单快照"])

Reference = Annotated[
    str, Path(pattern=f"^([0-9a-f]{{64}}|{UUID_PATTERN})$", description="快照摘要或编号。", examples=["5a" * 32])
]

_CONTEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object", "description": "快照说明。"}}}}
}
_CANDIDATES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {
                "schema": {"type": "array", "items": {"type": "object"}, "description": "快照所列各人，以编号代姓名。"}
            }
        }
    }
}


@router.post("/snapshots", summary="冻结名单快照", status_code=201, response_model=SnapshotView)
async def freeze(body: FreezePool, call: Call) -> Response:
    """Freeze a list, so that a draw can be declared against it (R30)."""
    return await call.give(commands.freeze_pool, body, shows=SnapshotView, status=201, at="/snapshots/{id}")


@router.get("/snapshots", summary="名单快照一览", response_model=Page[SnapshotView])
async def listed(visit: Visit, wanted: Annotated[Asked, views.SNAPSHOTS.query]) -> Response:
    """The snapshots of both lists."""
    return await visit.show(views.snapshots_listed, wanted)


@router.get("/snapshots/{snapshot}", summary="名单快照说明", responses=_CONTEXT)
async def context(snapshot: Reference, visit: Visit) -> Response:
    """What is public beside the candidates: differences since the last draw, confirmed sub-lists."""
    return await visit.show(views.context_file, snapshot)


@router.get("/snapshots/{snapshot}/candidates", summary="名单快照内容", responses=_CANDIDATES)
async def candidates(snapshot: Reference, visit: Visit) -> Response:
    """Who is in it: numbers instead of names, with the reason codes of those who may not be drawn."""
    return await visit.show(views.candidates_file, snapshot)


@router.get("/snapshots/{snapshot}/differences/{since}", summary="两个快照的变动", response_model=DifferencesView)
async def differences(snapshot: Reference, since: Reference, visit: Visit) -> Response:
    """Who came, went and changed between any two snapshots."""
    return await visit.show(views.differences_shown, snapshot, since)
