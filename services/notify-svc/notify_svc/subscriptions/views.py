"""Which subscriptions are there, and whom does the house call now? Secrets are never shown here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.egress import own_keys, public_key
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_kernel.roles import READERS, Role

from .rules import Subscription, SubscriptionState
from .store import active, over, subscriptions

LOOKERS = (*READERS, Role.SYSTEM_ADMINISTRATOR)
"""Staff, oversight, a department's own system, and who runs the machinery."""


class SubscriptionView(Shown):
    """订阅."""

    id: UUID
    version: int
    department: str = Field(description="部门代码。")
    url: str = Field(description="接收地址。")
    types: tuple[str, ...] = Field(description="事件名称；空为全部。")
    departments: tuple[str, ...] = Field(description="事件所涉部门；空为不限。")
    items: tuple[str, ...] = Field(description="事项编码；空为不限。")
    subjects: tuple[str, ...] = Field(description="对象，如 license/…；空为不限。")
    batch: int = Field(description="一次最多几条；1 为逐条。")
    client_certificate: bool = Field(description="是否出示客户端证书。")
    state: SubscriptionState = Field(description="状态。")
    paused_because: str | None = Field(description="暂停原因：asked 人工、gone 对方停用、unreachable 长期不通。")
    old_secret_until: datetime | None = Field(description="旧密钥停用时间。")
    registered_at: datetime = Field(description="登记时间。")


class SubscriptionDetail(SubscriptionView):
    """订阅与验签公钥."""

    public_keys: tuple[str, ...] = Field(description="验证 v1a（Ed25519）签名的公钥，现行的在前。")


class SubscriptionSecret(SubscriptionView):
    """订阅与签名密钥；密钥只在此应答中出现一次."""

    secret: str | None = Field(description="签名密钥（Standard Webhooks）；重试同一请求时不再出现，遗失请更换。")


SUBSCRIPTIONS = Listing(
    "subscriptions",
    select(subscriptions),
    shows=SubscriptionView,
    filters=[Same("department", "部门代码"), Same("state", "状态")],
    sorts=["id", "registered_at"],
)


@view(*LOOKERS)
async def subscriptions_listed(read: Read, wanted: Asked) -> Page[SubscriptionView]:
    """The subscriptions that the reader may see."""
    return await SUBSCRIPTIONS.page(read, wanted)


@view(*LOOKERS)
async def subscription_shown(read: Read, subscription_id: UUID) -> SubscriptionDetail:
    """One subscription with the public keys that prove what it was sent; raises NotFound."""
    found = await read.get(Subscription, subscription_id)
    shown = SubscriptionView.model_validate(found).model_dump()
    proofs = tuple(public_key(key) for key in own_keys(read.keys, str(subscription_id)))
    return SubscriptionDetail(**shown, public_keys=proofs)


async def subscriptions_over(read: Read) -> list[UUID]:
    """Those that were cancelled: nothing more is sent to them."""
    return [row["id"] for row in await read.rows(over())]


async def active_subscriptions(read: Read, known: Mapping[UUID, Subscription]) -> list[Subscription]:
    """Every subscription that is to be served, with its secrets, for the worker that serves them.

    Those `known` in their version are not read anew: secrets are unsealed when they change.
    """
    rows = await read.rows(active())
    found = [(known.get(row["id"]), row) for row in rows]
    return [one if one and one.version == row["version"] else read.load(Subscription, row) for one, row in found]
