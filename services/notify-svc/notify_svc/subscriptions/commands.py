"""What may be done with subscriptions? A department's liaison people look after their own systems'."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shenguan_chassis.deciding import command
from shenguan_chassis.egress import Secret
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.catalogue import CATALOGUE
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.roles import Role

from ..feeds.rules import Feed
from . import rules
from .rules import Subscription, Wanted
from .store import how_many_open

_KEEPERS = (Role.LIAISON_LEAD, Role.LIAISON_OFFICER, Role.BUREAU_HEAD)
_OPERATORS = (*_KEEPERS, Role.SYSTEM_ADMINISTRATOR)

_NAMES = frozenset(event.__name__ for event in CATALOGUE)


def _said_by_us(name: str) -> str:
    if name not in _NAMES:
        raise PydanticCustomError("unknown_event", "没有这种事件：请从事件目录（AsyncAPI）中选择。")
    return name


EventName = Annotated[str, AfterValidator(_said_by_us), Field(examples=["ApprovalIssued"])]
_Code = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
_Subject = Annotated[str, StringConstraints(max_length=200, pattern=r"^[a-z][a-z0-9-]{0,62}/[!-~]{1,128}$")]
_Url = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class ChangeSubscription(Body):
    """变更订阅：填写全部内容."""

    url: _Url = Field(description="接收地址。", examples=["https://hooks.example.com/shenguan"])
    types: tuple[EventName, ...] = Field(default=(), max_length=200, description="事件名称；不填为全部。")
    departments: tuple[DepartmentCode, ...] = Field(default=(), max_length=50, description="事件所涉部门；不填为不限。")
    items: tuple[_Code, ...] = Field(default=(), max_length=200, description="事项编码；不填为不限。", examples=[[]])
    subjects: tuple[_Subject, ...] = Field(default=(), max_length=200, description="对象；不填为不限。", examples=[[]])
    batch: int = Field(default=1, ge=1, le=100, description="一次最多几条；1 为逐条。")
    client_certificate: bool = Field(default=False, description="是否出示运行单位的客户端证书。")

    def wanted(self) -> Wanted:
        """What is to be sent where."""
        return Wanted(
            url=self.url,
            types=self.types,
            departments=self.departments,
            items=self.items,
            subjects=self.subjects,
            batch=self.batch,
            client_certificate=self.client_certificate,
        )


class RegisterSubscription(ChangeSubscription):
    """登记订阅."""

    department: DepartmentCode = Field(description="哪个部门的系统。", examples=["fire"])


class RotateSecret(Body):
    """更换签名密钥."""

    overlap_hours: int = Field(default=24, ge=0, le=168, description="新旧密钥并用的小时数；0 为立即停用旧密钥。")


Made = list[Subscription]
"""Where a command leaves what it made, for the one answer that tells its secret: the journal never holds that."""


@command(*_KEEPERS)
async def register_subscription(tx: Tx, body: RegisterSubscription, because: str | None, made: Made) -> Subscription:
    """Register a system of the caller's department; its secret is told once (R15).

    `because` says why its address may not be called, if it may not.
    """
    rules.may_be_called(because)
    open_ones = (await tx.query(how_many_open(body.department)))[0]["open"]
    new, wanted = tx.new_id(), body.wanted()
    registered = rules.register(new, body.department, wanted, open_ones=open_ones, at=tx.now)
    made[:] = [tx.add(Subscription.first(registered, wanted, _new_secret(tx)), registered)]
    return made[0]


@command(*_KEEPERS)
async def change_subscription(
    tx: Tx, subscription_id: UUID, body: ChangeSubscription, because: str | None
) -> Subscription:
    """Send something else, or elsewhere, from now on."""
    subscription = await tx.get(Subscription, subscription_id)
    rules.may_be_called(because)
    return tx.save(*rules.change(subscription, body.wanted(), at=tx.now))


@command(*_KEEPERS)
async def rotate_secret(tx: Tx, subscription_id: UUID, body: RotateSecret, wall: datetime, made: Made) -> Subscription:
    """Sign with a new secret, and with the old one too until the overlap ends."""
    subscription = await tx.get(Subscription, subscription_id)
    overlap = timedelta(hours=body.overlap_hours)
    made[:] = [tx.save(*rules.rotate(subscription, _new_secret(tx), overlap, at=tx.now, wall=wall))]
    return made[0]


@command(*_OPERATORS)
async def pause_subscription(tx: Tx, subscription_id: UUID) -> Subscription:
    """Send nothing until it is resumed; the feed keeps everything."""
    return tx.save(*rules.pause(await tx.get(Subscription, subscription_id), "asked", at=tx.now))


@command(*_OPERATORS)
async def resume_subscription(tx: Tx, subscription_id: UUID, wall: datetime) -> Subscription:
    """Go on where it stood."""
    return tx.save(*rules.resume(await tx.get(Subscription, subscription_id), at=tx.now, wall=wall))


@command(*_KEEPERS)
async def cancel_subscription(tx: Tx, subscription_id: UUID) -> Subscription:
    """End it for good."""
    return tx.save(*rules.cancel(await tx.get(Subscription, subscription_id), at=tx.now))


@command(*_OPERATORS)
async def try_subscription(tx: Tx, subscription_id: UUID) -> Subscription:
    """Send a test event to this subscription alone, by the way that all events go; raises NoFeedYet."""
    subscription = await tx.get(Subscription, subscription_id)
    said = rules.try_out(subscription, at=tx.now)
    if await tx.find(Feed, subscription.department) is None:
        raise rules.NoFeedYet
    return tx.save(subscription, said)


def _new_secret(tx: Tx) -> Secret:
    return Secret.derived(tx.keys.of("webhook-secret"), str(tx.new_id()))
