"""At which doors is the power list published and read? Reading needs no token (R14)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from shenguan_chassis.http import Call, Visit
from shenguan_chassis.http.bulk import Bulk
from shenguan_chassis.listing import Asked, Page

from . import commands, views
from .commands import PublishItem, RepublishItem
from .rules import Item
from .views import ItemView, StandardView

router = APIRouter(prefix="/items", tags=["事项"])

PUBLISH_MANY = Bulk(commands.publish_item, PublishItem, shows=ItemView, status=201)
REPUBLISH_MANY = Bulk(commands.republish_item, RepublishItem, shows=ItemView, path={"item": UUID}, changes=Item)

StandardNo = Annotated[int, Path(ge=1, le=100_000, description="标准的版次。")]


@router.post("", summary="公布事项", status_code=201, response_model=ItemView)
async def publish(body: PublishItem, call: Call) -> Response:
    """Put an item on the power list with its standard and its supervisors."""
    return await call.give(commands.publish_item, body, shows=ItemView, status=201, at="/items/{id}")


@router.post("/bulk", summary="批量公布事项", **PUBLISH_MANY.described)
async def publish_many(request: Request, call: Call) -> Response:
    """Put a whole power list up, one item a line."""
    return await PUBLISH_MANY.give_each(call, request)


@router.post("/standards/bulk", summary="批量公布下一版标准", **REPUBLISH_MANY.described)
async def republish_many(request: Request, call: Call) -> Response:
    """Publish the next standards of many items, one a line."""
    return await REPUBLISH_MANY.give_each(call, request)


@router.post("/{item}/standards", summary="公布下一版标准", response_model=ItemView)
async def republish(item: UUID, body: RepublishItem, call: Call) -> Response:
    """Publish the item's next standard; cases under way keep theirs."""
    return await call.give(commands.republish_item, item, body, shows=ItemView, changes=Item)


@router.get("", summary="权责清单", response_model=Page[ItemView])
async def listed(visit: Visit, wanted: Annotated[Asked, views.ITEMS.query]) -> Response:
    """The power list, open to everyone."""
    return await visit.show(views.items_listed, wanted)


@router.get("/{item}", summary="事项详情", response_model=ItemView)
async def shown(item: UUID, visit: Visit) -> Response:
    """One item with the standard in force, open to everyone."""
    return await visit.show(views.item_shown, item)


@router.get("/{item}/standards/{standard_no}", summary="某一版标准", response_model=StandardView)
async def standard(item: UUID, standard_no: StandardNo, visit: Visit) -> Response:
    """A standard by its number: the one a case was submitted under, open to everyone."""
    return await visit.show(views.standard_shown, item, standard_no)
