"""What changes deliveries? The worker plans and notes down; people ask for what was sent to be sent once more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.refusals import NotFound
from shenguan_chassis.tx import Tx
from shenguan_contracts.types import Instant
from shenguan_kernel.roles import Role

from ..feeds.rules import as_sent
from ..feeds.views import entries_after, entries_of, said_since
from ..subscriptions import rules as subscribing
from ..subscriptions.rules import Subscription, SubscriptionState
from . import rules
from .rules import Delivery, DeliveryState, Health, Lease, Mark, Replay
from .store import between, lease_held, marks_held

AT_ONCE = 100
"""Events that are looked at in one transaction."""


_NAME = "deliveries"
GONE, UNREACHABLE = "gone", "unreachable"
"""Why a receiver is paused unasked."""
_MOST = 10**17
_OPERATORS = (Role.LIAISON_LEAD, Role.LIAISON_OFFICER, Role.BUREAU_HEAD, Role.SYSTEM_ADMINISTRATOR)


class Resend(Body):
    """重新推送：按序号范围或起始时间；都不填为全部历史."""

    after: int = Field(default=0, ge=0, le=_MOST, description="自此序号之后。")
    up_to: int = Field(default=_MOST, ge=1, le=_MOST, description="至此序号；不填为至今已推送的。", examples=[100])
    since: Instant | None = Field(default=None, description="自此时间发生的事件起。", examples=["2026-01-01T00:00:00Z"])
    only_failed: bool = Field(default=False, description="仅推送失败的。")


class ResendOne(Body):
    """重新推送一条."""

    number: int = Field(ge=1, le=_MOST, description="推送序号（feedsequence）。", examples=[1])


@command(*_OPERATORS)
async def replay_deliveries(tx: Tx, subscription_id: UUID, body: Resend) -> Subscription:
    """Send once more what lies between two numbers or since an instant: all that is wanted, or only what failed."""
    subscription = await tx.get(Subscription, subscription_id)
    mark = await tx.find(Mark, subscription_id)
    first = body.after + 1
    if body.since is not None:
        told = (await tx.query(said_since(subscription.department, body.since)))[0]["first"]
        first = max(first, _MOST if told is None else told)
    return _replay(tx, subscription, first, min(body.up_to, mark.planned if mark else 0), only_failed=body.only_failed)


@command(*_OPERATORS)
async def resend_delivery(tx: Tx, subscription_id: UUID, body: ResendOne) -> Subscription:
    """Send one event once more; raises NotFound for one that was never sent to this receiver."""
    subscription = await tx.get(Subscription, subscription_id)
    if await tx.find(Delivery, subscription_id, body.number) is None and not await _was_sent(tx, subscription, body):
        raise NotFound
    return _replay(tx, subscription, body.number, body.number, only_failed=False)


async def _was_sent(tx: Tx, subscription: Subscription, wanted: ResendOne) -> bool:
    """Was this event sent so long ago that no record of it is left? The feed still holds it."""
    mark = await tx.find(Mark, subscription.id)
    rows = await tx.query(entries_of(subscription.department, [wanted.number]))
    return mark is not None and wanted.number <= mark.planned and any(_meets(subscription, row) for row in rows)


def _meets(subscription: Subscription, row: Mapping[str, Any]) -> bool:
    return subscription.meets(orjson.loads(row["body"]))


def _replay(tx: Tx, subscription: Subscription, first: int, last: int, *, only_failed: bool) -> Subscription:
    said = subscribing.replay(subscription, first, last, only_failed=only_failed, at=tx.now)
    changed = tx.save(subscription, said)
    tx.keep(
        Replay(
            subscription_id=subscription.id,
            version=changed.version,
            department=subscription.department,
            last=last,
            only_failed=only_failed,
            done=first - 1,
        )
    )
    return changed


async def new_holder(tx: Tx) -> UUID:
    """A name for one life of one replica."""
    new: UUID = tx.new_id()
    return new


async def take_lease(tx: Tx, holder: str, at: datetime, good_for: timedelta) -> bool:
    """Be the replica that delivers, or go on being it; False while another one is."""
    await tx.query(lease_held(_NAME))
    lease = await tx.find(Lease, _NAME)
    if lease is not None and lease.holder != holder and lease.until > at:
        return False
    tx.keep(Lease(name=_NAME, holder=holder, until=at + good_for))
    return True


async def give_up(tx: Tx, delivery: Delivery, health: Health, reason: str) -> None:
    """推送失败: on record, and told to the department; a receiver that took nothing all the time is paused."""
    tx.keep(delivery)
    tx.keep(health)
    subscription = await tx.get(Subscription, delivery.subscription_id)
    events = [rules.exhausted(delivery, tx.now)] if delivery.state is DeliveryState.EXHAUSTED else []
    if subscription.state is SubscriptionState.ACTIVE and (reason == GONE or rules.dead(health, delivery.planned_at)):
        paused, said = subscribing.pause(subscription, reason, at=tx.now)
        tx.save(paused, *events, said)
    elif events:
        tx.save(subscription, *events)


@dataclass(frozen=True, slots=True)
class Planned:
    """What was entered for which subscriptions: how many events were looked at, up to which, and what they carry."""

    of: Sequence[UUID] = ()
    looked: int = 0
    last: int = 0
    deliveries: Sequence[Delivery] = ()
    bodies: Mapping[int, bytes] = field(default_factory=dict)


async def begin(tx: Tx, subscription_id: UUID, department: str, planned: int) -> None:
    """A new subscription begins behind what its feed holds by now: it is told what comes."""
    if await tx.find(Mark, subscription_id) is None:
        tx.keep(Mark(subscription_id=subscription_id, department=department, planned=planned))


async def plan(tx: Tx, subscriptions: Sequence[Subscription], after: int, at: datetime) -> Planned:
    """Enter what follows number `after` of their feed and is wanted; one whose mark another replica moved is left out.

    The marks are held to the commit, so no two replicas enter the same event, and none resets what the other sent.
    """
    held = await tx.query(marks_held([one.id for one in subscriptions]))
    equal = {row["subscription_id"] for row in held if row["planned"] == after}
    ready = [one for one in subscriptions if one.id in equal]
    if not ready:
        return Planned()
    department = ready[0].department
    rows = await tx.query(entries_after(department, after, AT_ONCE))
    last = rows[-1]["number"] if rows else after
    made = [delivery for row in rows for delivery in _wanted_by(ready, row, at)]
    for delivery in made:
        tx.keep(delivery)
    for one in ready if rows else ():
        tx.keep(Mark(subscription_id=one.id, department=department, planned=last))
    return Planned([one.id for one in ready], len(rows), last, made, _bodies(rows, made))


def _wanted_by(subscriptions: Iterable[Subscription], row: Mapping[str, Any], at: datetime) -> list[Delivery]:
    event = orjson.loads(row["body"])
    return [_fresh(one, row["number"], event, at) for one in subscriptions if one.meets(event)]


def _bodies(rows: Iterable[Mapping[str, Any]], deliveries: Iterable[Delivery]) -> dict[int, bytes]:
    sent = {delivery.number for delivery in deliveries}
    return {row["number"]: as_sent(row["body"], row["number"]) for row in rows if row["number"] in sent}


async def plan_replay(tx: Tx, subscription: Subscription, replay: Replay, at: datetime) -> Planned:
    """Enter the next events of a wish to send again."""
    if replay.only_failed:
        return await _plan_failed(tx, replay, at)
    found = await tx.query(entries_after(subscription.department, replay.done, AT_ONCE))
    rows = [row for row in found if row["number"] <= replay.last]
    last = rows[-1]["number"] if rows else replay.last
    there = {row["number"]: row for row in await tx.query(between(subscription.id, replay.done + 1, last))}
    made = []
    for row in rows:
        event, known = orjson.loads(row["body"]), there.get(row["number"])
        if known is not None:
            made.append(rules.again(delivery_of(known), at))
        elif subscription.meets(event):
            made.append(_fresh(subscription, row["number"], event, at))
    for delivery in made:
        tx.keep(delivery)
    tx.keep(replace(replay, done=last))
    return Planned(deliveries=made, bodies=_bodies(rows, made))


async def _plan_failed(tx: Tx, replay: Replay, at: datetime) -> Planned:
    last = min(replay.last, replay.done + AT_ONCE)
    rows = await tx.query(between(replay.subscription_id, replay.done + 1, last))
    made = [rules.again(delivery_of(row), at) for row in rows if row["state"] == DeliveryState.EXHAUSTED]
    for delivery in made:
        tx.keep(delivery)
    tx.keep(replace(replay, done=last))
    return Planned(deliveries=made)


def delivery_of(row: Mapping[str, Any]) -> Delivery:
    """The delivery of a row that a select found whole."""
    typed = {"state": DeliveryState(row["state"]), "attempts": tuple(row["attempts"])}
    return Delivery(**{**dict(row), **typed})


def _fresh(subscription: Subscription, number: int, event: Mapping[str, Any], at: datetime) -> Delivery:
    return Delivery(
        subscription_id=subscription.id,
        number=number,
        department=subscription.department,
        subject=event["subject"],
        type=event["type"],
        planned_at=at,
        due_at=at,
    )
