"""What may the bureau do with its power list? Publish an item, and publish its next standard."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.types import ClaimRule, DepartmentCode, ItemKind, Name, Text
from shenguan_kernel.identifiers.item_code import ItemCode
from shenguan_kernel.roles import Role

from . import rules
from .rules import Entry, Item, Office, Standard
from .store import item_id

Texts = Annotated[tuple[Text, ...], Field(min_length=1, max_length=100)]
Days = Annotated[int, Field(ge=1, le=365, strict=True)]


class StandardBody(Body):
    """一事项一标准 (R14)."""

    conditions: Texts = Field(description="许可条件")
    materials: Texts = Field(description="申请材料")
    flow: Texts = Field(description="办理流程")
    promised_days: Days = Field(description="承诺时限，自受理起的工作日数")
    statutory_days: Days = Field(description="法定时限，自受理起的工作日数")
    venue: Text = Field(description="办理地点")


class RepublishItem(Body):
    """公布下一版标准: the whole entry as it shall stand."""

    name: Name = Field(description="事项名称")
    kind: ItemKind = Field(description="事项性质")
    legal_basis: Text = Field(description="设定依据")
    departments: Annotated[tuple[DepartmentCode, ...], Field(max_length=50)] = Field(description="监管部门代码")
    claim_rule: ClaimRule = Field(description="认领规则")
    standard: StandardBody = Field(description="办理标准")


class PublishItem(RepublishItem):
    """公布事项."""

    item_code: ItemCode = Field(description="事项编码")


@command(Role.BUREAU_HEAD, Role.REVIEWER)
async def publish_item(tx: Tx, body: PublishItem) -> Item:
    """公布事项 on the power list, as its standard 1 (R5, R6, R14)."""
    key = item_id(body.item_code)
    rules.refuse_listed(await tx.find(Item, key))
    entry = _entry(body.item_code, body)
    published = rules.publish(key, entry, await _directory(tx, entry), at=tx.now)
    return tx.add(Item.first(published, entry.standard), published)


@command(Role.BUREAU_HEAD, Role.REVIEWER)
async def republish_item(tx: Tx, item: UUID, body: RepublishItem) -> Item:
    """公布下一版标准: cases submitted before keep the standard they have (R14)."""
    listed = await tx.get(Item, item)
    entry = _entry(listed.item_code, body)
    published = rules.republish(listed, entry, await _directory(tx, entry), at=tx.now)
    return tx.save(listed.apply(published, entry.standard), published)


async def listed_item(tx: Tx, item_code: str) -> Item | None:
    """The item of a code, for the decisions of other slices: guarded until their commit; None if unlisted (R8)."""
    return await tx.find(Item, item_id(item_code))


def _entry(item_code: str, body: RepublishItem) -> Entry:
    return Entry(
        item_code=item_code,
        name=body.name,
        kind=body.kind,
        legal_basis=body.legal_basis,
        departments=body.departments,
        claim_rule=body.claim_rule,
        standard=Standard(**dict(body.standard)),
    )


async def _directory(tx: Tx, entry: Entry) -> dict[str, Office]:
    found = [await tx.find(Office, department) for department in dict.fromkeys(entry.departments)]
    return {office.department: office for office in found if office is not None}
