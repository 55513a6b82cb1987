"""What was sent to whom, what came of each attempt, and how is each receiver?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Listing, Page, Same
from shenguan_chassis.reading import Read

from ..subscriptions.rules import Subscription
from ..subscriptions.views import LOOKERS
from .rules import DeliveryState, Health, Mark
from .store import deliveries, how_many


class DeliveryView(Shown):
    """推送记录."""

    subscription_id: UUID = Field(description="订阅。")
    number: int = Field(ge=1, le=10**17, description="事件在本部门推送中的序号（feedsequence）。")
    department: str = Field(description="部门代码。")
    subject: str = Field(description="对象；同一对象的事件按序送达。")
    type: str = Field(description="事件类型。")
    state: DeliveryState = Field(description="状态：pending 待送达、delivered 已送达、exhausted 已放弃。")
    tries: int = Field(description="本轮尝试次数。")
    planned_at: datetime = Field(description="列入推送的时间。")
    due_at: datetime = Field(description="下次尝试的时间。")
    ended_at: datetime | None = Field(description="送达或放弃的时间。")
    attempts: tuple[dict[str, Any], ...] = Field(description="各次尝试：时间、毫秒数、结果、对方应答的开头。")


class ReceiverView(Shown):
    """接收方状况."""

    subscription_id: UUID = Field(description="订阅。")
    begun: bool = Field(description="是否已开始推送：此后的事件都会送达。")
    planned: int = Field(description="已处理到的推送序号。")
    succeeded_at: datetime | None = Field(default=None, description="最近一次送达。")
    failed_at: datetime | None = Field(default=None, description="最近一次失败。")
    failure: str | None = Field(default=None, description="最近一次失败的原因。")
    pending: int = Field(description="已列入推送、尚未送达的条数。")
    exhausted: int = Field(description="已放弃、可重新推送的条数。")


DELIVERIES = Listing(
    "deliveries",
    select(deliveries),
    shows=DeliveryView,
    filters=[
        Same("subscription_id", "订阅"),
        Same("number", "推送序号"),
        Same("subject", "对象，如 license/…"),
        Same("state", "状态"),
    ],
    sorts=["number"],
)


@view(*LOOKERS)
async def deliveries_listed(read: Read, wanted: Asked) -> Page[DeliveryView]:
    """What was sent and is to be sent, by number, with every attempt."""
    return await DELIVERIES.page(read, wanted)


@view(*LOOKERS)
async def receiver_shown(read: Read, subscription_id: UUID) -> ReceiverView:
    """How a receiver is; raises NotFound."""
    await read.get(Subscription, subscription_id)
    mark, health = await read.find(Mark, subscription_id), await read.find(Health, subscription_id)
    counted = (await read.rows(how_many(subscription_id)))[0]
    return ReceiverView(
        subscription_id=subscription_id,
        begun=mark is not None,
        planned=mark.planned if mark else 0,
        succeeded_at=health.succeeded_at if health else None,
        failed_at=health.failed_at if health else None,
        failure=health.failure if health else None,
        pending=counted["pending"],
        exhausted=counted["exhausted"],
    )
