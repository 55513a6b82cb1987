"""What does a department's system receive? Everything it asked for, in order per key, signed, until it has it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from shenguan_chassis.testing.house import House
from shenguan_chassis.testing.receiver import Came, receiving, status

from .said import forwarded, received
from .subscribing import believed, documents, lead, seen, shown, subscribed

RECEIVED = {"types": ["PolicyDocReceived"]}


async def hear(house: House, *numbers: int, department: str = "fire") -> None:
    now = house.clock.legal()
    await house.hear(*(received(number, department, now) for number in numbers), source="supervision", settle=False)


def _all_arrived(page: Any) -> bool:
    return all(one["state"] == "delivered" for one in page["items"])


def _tried(page: Any) -> bool:
    return any(row["tries"] for row in page["items"])


async def test_an_event_reaches_the_receiver_and_the_official_library_believes_it(house: House) -> None:
    async with receiving() as receiver:
        made = await subscribed(house, receiver)
        await hear(house, 1)

        (first, *_) = await receiver.until(lambda came: len(came) >= 1)

        event = believed(made["secret"], first)
        assert event["specversion"] == "1.0"
        assert "fire" in event["audience"].split(",")
        assert first.headers["content-type"].startswith("application/cloudevents+json")


async def test_only_what_was_asked_for_is_sent_and_never_anothers(house: House) -> None:
    async with receiving() as receiver:
        await subscribed(house, receiver, **RECEIVED)
        await hear(house, 1, department="housing")
        await hear(house, 2)
        await house.hear(forwarded(2, "fire", house.clock.legal()), source="supervision")
        await hear(house, 3)

        came = await receiver.until(lambda came: len(came) >= 2)

        assert documents(came) == ["02", "03"]
        assert len(came) == 2


@pytest.mark.parametrize("asked", [{"items": ["370302-FIRE-001"]}, {"subjects": ["license/0"]}])
async def test_a_key_that_an_event_lacks_never_matches(house: House, asked: dict[str, Any]) -> None:
    async with receiving() as receiver, receiving() as other:
        await subscribed(house, receiver, **asked)
        await subscribed(house, other)
        await hear(house, 1)

        await other.until(lambda came: any("ObligationOpened" in one.event["type"] for one in came))

        assert receiver.came == []


async def test_events_of_a_key_come_in_order_though_each_fails_once(house: House) -> None:
    async with receiving() as receiver:
        seen_ids: set[str] = set()

        async def once_five_hundred(came: Came, writer: asyncio.StreamWriter) -> None:
            first = came.headers["webhook-id"] not in seen_ids
            seen_ids.add(came.headers["webhook-id"])
            await status(500 if first else 204)(came, writer)

        receiver.answer = once_five_hundred
        await subscribed(house, receiver, types=["PolicyDocReceived", "PolicyDocForwarded"])
        now = house.clock.legal()
        await house.hear(received(1, "fire", now), forwarded(1, "fire", now), source="supervision")

        came = await receiver.until(lambda came: len(came) >= 4, within=40)

        names = [one.event["type"].split(".")[3] for one in came]
        assert names == ["PolicyDocReceived"] * 2 + ["PolicyDocForwarded"] * 2
        assert came[0].headers["webhook-id"] == came[1].headers["webhook-id"]
        assert came[0].body == came[1].body


async def test_one_key_that_fails_delays_no_other(house: House) -> None:
    async with receiving() as receiver:

        async def not_the_first(came: Came, writer: asyncio.StreamWriter) -> None:
            await status(422 if documents([came]) == ["01"] else 204)(came, writer)

        receiver.answer = not_the_first
        await subscribed(house, receiver, **RECEIVED)
        await hear(house, 1, 2, 3, 4)

        came = await receiver.until(lambda came: {"02", "03", "04"} <= set(documents(came)), within=4)

        assert documents(came).count("02") == 1


async def test_a_slow_receiver_delays_no_other(house: House) -> None:
    async def silent(_: Came, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with receiving() as slow, receiving() as quick:
        slow.answer = silent
        await subscribed(house, slow, **RECEIVED)
        await subscribed(house, quick, **RECEIVED)
        await hear(house, *range(1, 31))

        came = await quick.until(lambda came: len(came) >= 30, within=10)

        assert documents(came) != []
        assert len(slow.came) < 30


async def test_what_was_sent_of_one_thing_is_found_and_what_is_still_to_be_sent_is_counted(house: House) -> None:
    async with receiving() as receiver:

        async def not_the_first(came: Came, writer: asyncio.StreamWriter) -> None:
            await status(422 if documents([came]) == ["01"] else 204)(came, writer)

        receiver.answer = not_the_first
        made = await subscribed(house, receiver, **RECEIVED)
        await hear(house, 1, 2, 3)
        came = await receiver.until(lambda came: {"02", "03"} <= set(documents(came)))
        subject = next(one.event["subject"] for one in came if documents([one]) == ["02"])

        page = await seen(house, f"/deliveries?subject={subject}", _all_arrived)
        health = await seen(house, f"/subscriptions/{made['id']}/receiver", lambda one: one["pending"] == 1)

        assert [one["subject"] for one in page["items"]] == [subject]
        assert health["exhausted"] == 0


async def test_retry_after_is_kept_to(house: House) -> None:
    async with receiving() as receiver:
        receiver.answer = status(429, "retry-after: 3600")
        made = await subscribed(house, receiver, **RECEIVED)
        await hear(house, 1, 2)
        await receiver.until(lambda came: len(came) >= 1)

        page = await seen(house, f"/deliveries?subscription_id={made['id']}", _tried)

        tried = next(row for row in page["items"] if row["tries"])
        assert tried["attempts"][0]["outcome"] == "429"
        assert tried["due_at"] > (house.clock.system() + timedelta(minutes=50)).isoformat()


async def test_a_batch_comes_as_one_message_when_it_was_asked_for(house: House) -> None:
    async with receiving() as receiver:
        made = await subscribed(house, receiver, batch=10, **RECEIVED)
        await hear(house, *range(1, 21))

        came = await receiver.until(lambda came: sum(len(one.event) for one in came) >= 20)

        assert all(one.headers["content-type"].startswith("application/cloudevents-batch+json") for one in came)
        assert max(len(believed(made["secret"], one)) for one in came) <= 10
        numbers = [int(event["feedsequence"]) for one in came for event in one.event]
        assert numbers == sorted(set(numbers))


async def test_after_a_rotation_both_secrets_are_believed_until_the_overlap_ends(house: House) -> None:
    async with receiving() as receiver:
        made = await subscribed(house, receiver, **RECEIVED)
        rotated = (await lead(house).post(f"/subscriptions/{made['id']}/rotate", json={"overlap_hours": 1})).json()
        await shown(house, made["id"], lambda one: one["old_secret_until"] is not None)
        await hear(house, 1)
        (both,) = await receiver.until(lambda came: len(came) >= 1)
        again = (await lead(house).post(f"/subscriptions/{made['id']}/rotate", json={"overlap_hours": 0})).json()
        await asyncio.wait_for(_replaced(house), 10)
        await hear(house, 2)
        came = await receiver.until(lambda came: "02" in documents(came))

        assert believed(made["secret"], both) == believed(rotated["secret"], both)
        believed(again["secret"], came[-1])
        with pytest.raises(WebhookVerificationError):
            Webhook(rotated["secret"]).verify(came[-1].body, came[-1].headers)


async def _replaced(house: House) -> None:
    """Wait until all that was said took effect and the worker looked once more."""
    await house.settle()
    bell = house.runtime.bell("deliveries")
    bell.ring()
    while bell._rung.is_set():  # noqa: ASYNC110 - the worker takes it up  # noqa: SLF001
        await asyncio.sleep(0.01)


async def test_a_receiver_that_says_gone_is_paused_at_once_and_goes_on_when_resumed(house: House) -> None:
    async with receiving() as receiver:
        receiver.answer = status(410)
        made = await subscribed(house, receiver, **RECEIVED)
        await hear(house, 1, 2)
        paused = await shown(house, made["id"], lambda one: one["state"] == "paused")
        told = [event for event in await house.said() if "SubscriptionPaused" in event.type]
        receiver.answer = status(204)
        before = len(receiver.came)
        await lead(house).post(f"/subscriptions/{made['id']}/resume")

        came = await receiver.until(lambda came: {"01", "02"} <= set(documents(came[before:])))

        assert (paused["paused_because"], told[0].audience) == ("gone", ("fire",))
        assert set(documents(came[before:])) == {"01", "02"}


async def test_three_working_days_of_failing_give_up_tell_the_department_and_pause_the_dead(house: House) -> None:
    async with receiving() as receiver:
        receiver.answer = status(500)
        made = await subscribed(house, receiver, **RECEIVED)
        await hear(house, 1)
        await seen(house, f"/deliveries?subscription_id={made['id']}", _tried)
        await house.runtime.pool.execute(
            "UPDATE deliveries SET planned_at = planned_at - interval '20 days', due_at = now()"
        )
        await house.runtime.pool.execute("UPDATE subscriptions SET resumed_at = resumed_at - interval '20 days'")
        changed = {"url": receiver.url, "types": ["PolicyDocReceived", "ApprovalIssued"]}
        await lead(house).post(f"/subscriptions/{made['id']}/change", json=changed)

        paused = await shown(house, made["id"], lambda one: one["state"] == "paused")

        said = {event.type.split(".")[3] for event in await house.said()}
        (row,) = (await lead(house).get(f"/deliveries?subscription_id={made['id']}")).json()["items"]
        assert paused["paused_because"] == "unreachable"
        assert {"DeliveryExhausted", "SubscriptionPaused"} <= said
        assert (row["state"], row["attempts"][0]["outcome"]) == ("exhausted", "500")


async def test_what_failed_is_recovered_and_history_is_sent_again_under_the_same_ids(house: House) -> None:
    async with receiving() as receiver:
        made = await subscribed(house, receiver, **RECEIVED)
        await hear(house, 1, 2, 3)
        first = [*await receiver.until(lambda came: len(came) >= 3)]
        await seen(house, f"/deliveries?subscription_id={made['id']}", _all_arrived)  # what is under way is not history
        await lead(house).post(f"/subscriptions/{made['id']}/replay", json={})

        came = await receiver.until(lambda came: len(came) >= 6)

        assert {one.headers["webhook-id"] for one in came[3:]} == {one.headers["webhook-id"] for one in first}


async def test_one_event_is_sent_again_and_one_that_never_was_is_not_found(house: House) -> None:
    async with receiving() as receiver:
        made = await subscribed(house, receiver, **RECEIVED)
        await hear(house, 1)
        (one,) = await receiver.until(lambda came: len(came) >= 1)
        await seen(house, f"/deliveries?subscription_id={made['id']}", _all_arrived)
        path = f"/subscriptions/{made['id']}/resend"
        number = int(one.event["feedsequence"])

        sent = await lead(house).post(path, json={"number": number})
        missing = await lead(house).post(path, json={"number": 9999})
        came = await receiver.until(lambda came: len(came) >= 2)

        assert (sent.status_code, missing.status_code) == (200, 404)
        assert came[0].headers["webhook-id"] == came[1].headers["webhook-id"]


@pytest.mark.parametrize("asked", [("resend", {"number": None}), ("replay", {})])
async def test_what_is_asked_for_again_while_it_is_on_its_way_comes_once_more(
    house: House, asked: tuple[str, dict[str, Any]]
) -> None:
    async with receiving() as receiver:
        taken = asyncio.Event()

        async def when_told(came: Came, writer: asyncio.StreamWriter) -> None:
            await taken.wait()
            await status(204)(came, writer)

        receiver.answer = when_told
        made = await subscribed(house, receiver, **RECEIVED)
        await hear(house, 1)
        (one,) = await receiver.until(lambda came: len(came) >= 1)
        number = int(one.event["feedsequence"])
        body = dict.fromkeys(asked[1], number)
        answer = await lead(house).post(f"/subscriptions/{made['id']}/{asked[0]}", json=body)
        assert answer.status_code == 200, answer.text
        await _planned_again(house)
        taken.set()

        came = await receiver.until(lambda came: len(came) >= 2)

        page = await seen(house, f"/deliveries?subscription_id={made['id']}", _all_arrived)
        assert came[0].headers["webhook-id"] == came[1].headers["webhook-id"]
        assert [row["outcome"] for row in page["items"][0]["attempts"]] == ["204", "204"]


async def _planned_again(house: House) -> None:
    """Wait until the wish to send again stands in the rows, and its worker was rung to look once more."""
    pending = "SELECT EXISTS (SELECT FROM delivery_replays WHERE done >= last)"
    async with asyncio.timeout(20):
        while not await house.runtime.pool.fetchval(pending):  # noqa: ASYNC110 - as the worker does it
            await asyncio.sleep(0.01)
    await _replaced(house)


async def test_a_test_event_reaches_its_own_subscription_whatever_it_filters(house: House) -> None:
    async with receiving() as receiver, receiving() as other:
        made = await subscribed(house, receiver, types=["ApprovalIssued"])
        await subscribed(house, other)
        await lead(house).post(f"/subscriptions/{made['id']}/test")

        (came,) = await receiver.until(lambda came: len(came) >= 1)

        assert believed(made["secret"], came)["type"].split(".")[3] == "SubscriptionTested"
        assert not any("SubscriptionTested" in one.event["type"] for one in other.came)
