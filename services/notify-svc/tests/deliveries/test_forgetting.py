"""How long is a delivery remembered? As long as was promised; and what is forgotten can still be sent again."""

from __future__ import annotations

from typing import Any

from notify_svc.deliveries.forgetting import step
from shenguan_chassis.testing.house import House
from shenguan_chassis.testing.receiver import receiving, status

from .said import received
from .subscribing import believed, documents, lead, seen, subscribed

RECEIVED = {"types": ["PolicyDocReceived"]}


async def hear(house: House, *numbers: int) -> None:
    now = house.clock.legal()
    await house.hear(*(received(number, "fire", now) for number in numbers), source="supervision", settle=False)


async def grown_old(house: House, days: int) -> None:
    """The outside is faked: so many days have passed since."""
    for column in ("ended_at", "planned_at"):
        await house.runtime.pool.execute(f"UPDATE deliveries SET {column} = {column} - make_interval(days => {days})")


def _ended(page: Any) -> bool:
    return bool(page["items"]) and all(row["state"] != "pending" for row in page["items"])


async def test_what_arrived_is_forgotten_after_ninety_days_and_not_before(house: House) -> None:
    async with receiving() as receiver:
        made = await subscribed(house, receiver, **RECEIVED)
        path = f"/deliveries?subscription_id={made['id']}"
        await hear(house, 1)
        await seen(house, path, _ended)

        await grown_old(house, 89)
        assert not await step(house.runtime)
        await grown_old(house, 2)
        assert await step(house.runtime)

        assert (await lead(house).get(path)).json()["items"] == []


async def test_what_did_not_arrive_stays_until_it_has(house: House) -> None:
    async with receiving() as receiver:
        receiver.answer = status(500)
        made = await subscribed(house, receiver, **RECEIVED)
        await hear(house, 1)
        await receiver.until(bool)
        await grown_old(house, 400)

        assert not await step(house.runtime)

        (row,) = (await lead(house).get(f"/deliveries?subscription_id={made['id']}")).json()["items"]
        assert row["state"] == "pending"


async def test_a_forgotten_event_is_sent_again_from_the_feed_and_anothers_is_not(house: House) -> None:
    async with receiving() as receiver:
        made = await subscribed(house, receiver, subjects=["policy-document/00000000-0000-0000-0000-000000000001"])
        await hear(house, 1, 2)
        (first,) = await receiver.until(bool)
        await seen(house, f"/deliveries?subscription_id={made['id']}", _ended)
        await grown_old(house, 91)
        await step(house.runtime)
        number, path = int(first.event["feedsequence"]), f"/subscriptions/{made['id']}/resend"

        never = [await lead(house).post(path, json={"number": other}) for other in (number + 1, 9_999)]
        await lead(house).post(path, json={"number": number})
        came = await receiver.until(lambda came: len(came) >= 2)

        assert [answer.status_code for answer in never] == [404, 404]
        assert documents(came) == ["01", "01"]
        assert came[0].headers["webhook-id"] == came[1].headers["webhook-id"]
        assert believed(made["secret"], came[1])


async def test_nothing_is_kept_of_what_was_owed_to_a_subscription_that_is_over(house: House) -> None:
    async with receiving() as receiver:
        receiver.answer = status(500)
        made = await subscribed(house, receiver, **RECEIVED)
        await hear(house, 1)
        await receiver.until(bool)
        await lead(house).post(f"/subscriptions/{made['id']}/cancel")
        await grown_old(house, 91)

        assert await step(house.runtime)

        assert (await lead(house).get(f"/deliveries?subscription_id={made['id']}")).json()["items"] == []
