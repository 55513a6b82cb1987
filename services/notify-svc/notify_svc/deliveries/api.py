"""Which doors lead to deliveries? What was sent, every attempt, and three ways to have it sent once more."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page

from ..subscriptions.rules import Subscription
from ..subscriptions.views import SubscriptionView
from . import commands, views
from .commands import Resend, ResendOne
from .views import DeliveryView, ReceiverView

router = APIRouter(tags=["推送记录"])


@router.get("/deliveries", summary="推送记录", response_model=Page[DeliveryView])
async def listed(call: Call, wanted: Annotated[Asked, views.DELIVERIES.query]) -> Response:
    """What was sent and is to be sent to the systems that the caller may see, with every attempt."""
    return await call.show(views.deliveries_listed, wanted)


@router.get("/subscriptions/{subscription_id}/receiver", summary="接收方状况", response_model=ReceiverView)
async def receiver(subscription_id: UUID, call: Call) -> Response:
    """When it last took something, why it last did not, how much was given up."""
    return await call.show(views.receiver_shown, subscription_id)


@router.post("/subscriptions/{subscription_id}/resend", summary="重新推送一条", response_model=SubscriptionView)
async def resend(subscription_id: UUID, body: ResendOne, call: Call) -> Response:
    """Send one event once more, under its own id."""
    return await call.give(
        commands.resend_delivery, subscription_id, body, shows=SubscriptionView, changes=Subscription
    )


@router.post("/subscriptions/{subscription_id}/replay", summary="重新推送一段", response_model=SubscriptionView)
async def replay(subscription_id: UUID, body: Resend, call: Call) -> Response:
    """Recover what failed since an instant, or have history sent again."""
    return await call.give(
        commands.replay_deliveries, subscription_id, body, shows=SubscriptionView, changes=Subscription
    )
