"""How a department subscribes in these tests, and what its receiver makes of what came."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
from standardwebhooks import Webhook

from shenguan_chassis.testing.house import House
from shenguan_chassis.testing.receiver import Came, Receiver
from shenguan_kernel.roles import Role


def lead(house: House, department: str = "fire") -> httpx.AsyncClient:
    return house.http(Role.LIAISON_LEAD, department=department)


async def subscribed(house: House, receiver: Receiver, **changes: Any) -> Any:
    """A subscription of `fire` whose deliveries have begun: what is said from now on is sent."""
    body = {"department": "fire", "url": receiver.url, **changes}
    answer = await lead(house, body["department"]).post("/subscriptions", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    await begun(house, made["id"])
    return made


async def begun(house: House, subscription: str) -> None:
    async with asyncio.timeout(20):
        while not await house.runtime.pool.fetchval(  # noqa: ASYNC110 - as a client sees it
            "SELECT EXISTS (SELECT FROM delivery_marks WHERE subscription_id = $1::text::uuid)", subscription
        ):
            await asyncio.sleep(0.01)


async def shown(house: House, subscription: str, until: Callable[[Any], bool]) -> Any:
    """What a subscription looks like once it does."""
    return await seen(house, f"/subscriptions/{subscription}", until)


async def seen(house: House, path: str, until: Callable[[Any], bool]) -> Any:
    async with asyncio.timeout(20):
        while not until(found := (await lead(house).get(path)).json()):  # noqa: ASYNC110 - as a client sees it
            await asyncio.sleep(0.01)
        return found


def believed(secret: str, came: Came) -> Any:
    """The body, if the official library believes it."""
    return Webhook(secret).verify(came.body, came.headers)


def documents(came: list[Came]) -> list[str]:
    """Which received documents were told of, in the order they came."""
    return [one.event["data"]["policy_document_id"][-2:] for one in came if "PolicyDocReceived" in one.event["type"]]
