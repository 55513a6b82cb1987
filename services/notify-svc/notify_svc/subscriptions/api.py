"""Which doors lead to subscriptions? Secrets are told in the one answer that makes them, and never again."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page

from ..looking_up import refused_because
from . import commands, views
from .commands import ChangeSubscription, Made, RegisterSubscription, RotateSecret
from .rules import Subscription
from .views import SubscriptionDetail, SubscriptionSecret, SubscriptionView

router = APIRouter(tags=["订阅"])


@router.post("/subscriptions", summary="登记订阅", status_code=201, response_model=SubscriptionSecret)
async def register(body: RegisterSubscription, call: Call) -> Response:
    """Let a system of the department be called with what the department may see; the answer tells the secret."""
    made: Made = []
    because = await refused_because(call, commands.register_subscription, body.url)
    answer = await call.give(
        commands.register_subscription,
        body,
        because,
        made,
        shows=SubscriptionView,
        status=201,
        at="/subscriptions/{id}",
    )
    return _with_secret(answer, made)


@router.get("/subscriptions", summary="订阅清单", response_model=Page[SubscriptionView])
async def listed(call: Call, wanted: Annotated[Asked, views.SUBSCRIPTIONS.query]) -> Response:
    """The subscriptions that the caller may see."""
    return await call.show(views.subscriptions_listed, wanted)


@router.get("/subscriptions/{subscription_id}", summary="订阅详情", response_model=SubscriptionDetail)
async def shown(subscription_id: UUID, call: Call) -> Response:
    """One subscription, and the public keys that its messages are signed with."""
    return await call.show(views.subscription_shown, subscription_id)


@router.post("/subscriptions/{subscription_id}/change", summary="变更订阅", response_model=SubscriptionView)
async def change(subscription_id: UUID, body: ChangeSubscription, call: Call) -> Response:
    """Send something else, or elsewhere, from now on."""
    because = await refused_because(call, commands.change_subscription, body.url)
    return await call.give(
        commands.change_subscription,
        subscription_id,
        body,
        because,
        shows=SubscriptionView,
        changes=Subscription,
    )


@router.post("/subscriptions/{subscription_id}/rotate", summary="更换签名密钥", response_model=SubscriptionSecret)
async def rotate(subscription_id: UUID, body: RotateSecret, call: Call) -> Response:
    """A new secret, told in this answer; the old one signs too until the overlap ends."""
    made: Made = []
    now = call.door.clock.system()
    answer = await call.give(
        commands.rotate_secret, subscription_id, body, now, made, shows=SubscriptionView, changes=Subscription
    )
    return _with_secret(answer, made)


@router.post("/subscriptions/{subscription_id}/pause", summary="暂停推送", response_model=SubscriptionView)
async def pause(subscription_id: UUID, call: Call) -> Response:
    """Send nothing until it is resumed."""
    return await call.give(commands.pause_subscription, subscription_id, shows=SubscriptionView, changes=Subscription)


@router.post("/subscriptions/{subscription_id}/resume", summary="恢复推送", response_model=SubscriptionView)
async def resume(subscription_id: UUID, call: Call) -> Response:
    """Go on where it stood."""
    now = call.door.clock.system()
    return await call.give(
        commands.resume_subscription, subscription_id, now, shows=SubscriptionView, changes=Subscription
    )


@router.post("/subscriptions/{subscription_id}/cancel", summary="取消订阅", response_model=SubscriptionView)
async def cancel(subscription_id: UUID, call: Call) -> Response:
    """End it for good."""
    return await call.give(commands.cancel_subscription, subscription_id, shows=SubscriptionView, changes=Subscription)


@router.post("/subscriptions/{subscription_id}/test", summary="发送测试事件", response_model=SubscriptionView)
async def try_out(subscription_id: UUID, call: Call) -> Response:
    """A SubscriptionTested event, to this subscription alone, by the way that all events go."""
    return await call.give(commands.try_subscription, subscription_id, shows=SubscriptionView, changes=Subscription)


def _with_secret(answer: Response, made: Made) -> Response:
    """The answer with the secret in it, unless it is an earlier one that was given again."""
    shown = orjson.loads(answer.body)
    fresh = bool(made) and (shown["id"], shown["version"]) == (str(made[0].id), made[0].version)
    answer.body = orjson.dumps({**shown, "secret": made[0].secret.hand_over() if fresh else None})
    answer.headers["Content-Length"] = str(len(answer.body))
    answer.headers["Cache-Control"] = "no-store"
    return answer
