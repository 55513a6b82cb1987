"""What does the public read of the power list? Every item with its conditions, materials, flow and limits (R14)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import public
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Holds, Listing, Page, Same, Search
from shenguan_chassis.reading import Read
from shenguan_chassis.refusals import NotFound
from shenguan_chassis.store import stored
from shenguan_contracts.types import ClaimRule, DepartmentCode, ItemKind
from shenguan_kernel.identifiers.item_code import ItemCode

from .rules import Item
from .store import items


class StandardView(Shown):
    """办理标准; limits are working days from acceptance."""

    conditions: tuple[str, ...]
    materials: tuple[str, ...]
    flow: tuple[str, ...]
    promised_days: int
    statutory_days: int
    venue: str


class ItemView(Shown):
    """事项 with the standard in force."""

    id: UUID
    version: int
    item_code: str
    name: str
    kind: ItemKind
    legal_basis: str
    departments: tuple[str, ...]
    claim_rule: ClaimRule
    standard_no: int
    standard: StandardView
    published_at: datetime


ITEMS = Listing(
    "items",
    select(items),
    shows=ItemView,
    show=lambda row: ItemView.model_validate(stored(Item).load(row)),
    filters=[
        Same("item_code", "事项编码", ItemCode),
        Same("kind", "事项性质"),
        Same("claim_rule", "认领规则"),
        Holds("department", "监管部门代码", "departments", DepartmentCode),
    ],
    sorts=["item_code", "published_at"],
    search=Search("name", "事项名称"),
)


@public
async def item_shown(read: Read, item: UUID) -> ItemView:
    """One item; raises NotFound."""
    return ItemView.model_validate(await read.get(Item, item))


@public
async def standard_shown(read: Read, item: UUID, standard_no: int) -> StandardView:
    """The standard of a number, which cases may still hold; raises NotFound."""
    listed = await read.get(Item, item)
    if not 1 <= standard_no <= listed.standard_no:
        raise NotFound
    return StandardView.model_validate(listed.standards[standard_no - 1])


@public
async def items_listed(read: Read, wanted: Asked) -> Page[ItemView]:
    """The power list, in the order of the codes unless another is asked for."""
    return await ITEMS.page(read, wanted)
