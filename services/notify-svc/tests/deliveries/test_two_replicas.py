"""What if two replicas deliver? One does at a time; should both for a moment, each key still comes in its order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from notify_svc.app import service
from notify_svc.deliveries.postman import Postman
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.testing.house import House
from shenguan_chassis.testing.receiver import Came, receiving

from .said import forwarded, received
from .subscribing import documents, seen, subscribed

BOTH = {"types": ["PolicyDocReceived", "PolicyDocForwarded"]}


async def hear(house: House, first: int, last: int) -> None:
    """Documents that were received and then forwarded: two events of each key."""
    now, numbers = house.clock.legal(), range(first, last + 1)
    events: list[Any] = [received(number, "fire", now) for number in numbers]
    events += [forwarded(number, "fire", now) for number in numbers]
    await house.hear(*events, source="supervision", settle=False)


@asynccontextmanager
async def another(house: House) -> AsyncIterator[Runtime]:
    """A second replica of the same service, on the same database and bus."""
    made = Runtime(
        service, house.runtime.settings, bus=house.bus, clock=house.clock, verifier=house.runtime._verifier
    )  # fmt: skip
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


def by_key(came: list[Came]) -> dict[str, list[int]]:
    """The numbers of each key, in the order they first came."""
    found: dict[str, list[int]] = {}
    for one in came:
        numbers = found.setdefault(one.event["subject"], [])
        if (number := int(one.event["sequence"])) not in numbers:
            numbers.append(number)
    return found


def whole(number: int) -> Any:
    """So many keys came with both of their events."""
    return lambda came: len(by_key(came)) >= number and all(len(found) == 2 for found in by_key(came).values())


async def test_only_one_of_two_replicas_delivers_and_the_other_goes_on_when_it_ends(house: House) -> None:
    async with receiving() as receiver, another(house):
        made = await subscribed(house, receiver, **BOTH)
        await hear(house, 1, 10)
        await receiver.until(whole(10))
        pending = f"/deliveries?subscription_id={made['id']}&state=pending"
        await seen(house, pending, lambda page: page["items"] == [])
        await house.runtime.stop()
        await hear(house, 11, 20)

        came = await receiver.until(whole(20), within=60)

    assert len({one.headers["webhook-id"] for one in came}) == len(came) == 40
    assert set(map(tuple, by_key(came).values())) == {(1, 2)}


async def test_two_that_deliver_at_once_for_a_moment_leave_nothing_out_and_keep_each_keys_order(house: House) -> None:
    async with receiving() as receiver, asyncio.TaskGroup() as group:
        await subscribed(house, receiver, **BOTH)
        # One that lost its lease and does not know it yet: it serves until it wants to renew it.
        late = group.create_task(Postman(house.runtime, "nobody", group).serve())
        await hear(house, 1, 40)

        came = await receiver.until(whole(40), within=40)
        await late

    assert set(map(tuple, by_key(came).values())) == {(1, 2)}
    ids = {(one.event["subject"], one.event["sequence"]): one.headers["webhook-id"] for one in came}
    assert all(ids[one.event["subject"], one.event["sequence"]] == one.headers["webhook-id"] for one in came)
    assert set(documents(came)) == {f"{number:02x}" for number in range(1, 41)}
