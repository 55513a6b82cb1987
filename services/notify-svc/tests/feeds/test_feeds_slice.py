"""What a department's own system reads from its topic: everything it may see, densely numbered, nothing else."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import replace
from typing import Any

import orjson

from notify_svc.app import service as notify
from notify_svc.deliveries.rules import Replay
from notify_svc.feeds.commands import note_sent
from notify_svc.feeds.rules import FeedEntry, topic_of_feed
from notify_svc.feeds.sender import number_feeds, open_topics, publish_feeds, send_feeds
from shenguan_chassis.testing.house import House, OpenHouse

from .said import forwarded, received, registered

# Without its own sender: the tests send, and a second one would repeat what they count.
service = replace(notify, workers=tuple(worker for worker in notify.workers if worker is not send_feeds))


async def read_feed(house: House, department: str) -> list[dict[str, Any]]:
    """Everything on a department's topic once the service has come to rest."""
    await house.settle()
    await open_topics(house.runtime, set())
    while await number_feeds(house.runtime) + await publish_feeds(house.runtime):
        pass
    async with house.bus.tail([topic_of_feed(department)], from_beginning=True) as reader:
        return [orjson.loads(record.value) for record in await reader.take(500, 5.0)]


def words(feed: list[dict[str, Any]]) -> list[str]:
    return [event["type"].split(".")[3] for event in feed]


def numbers(feed: list[dict[str, Any]]) -> list[int]:
    """The feed's numbers as a reader keeps them: what it has seen already is skipped."""
    return sorted({int(event["feedsequence"]) for event in feed})


async def test_a_feed_holds_what_concerns_the_department_and_what_is_said_of_its_duties(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(registered("fire", now), registered("housing", now), source="supervision")
    await house.hear(received(1, "fire", now), received(2, "housing", now), source="supervision")
    await house.hear(forwarded(1, "fire", now), source="supervision")

    feed = await read_feed(house, "fire")

    assert sorted(set(words(feed))) == [
        "DepartmentRegistered",
        "ObligationMet",
        "ObligationOpened",
        "PolicyDocForwarded",
        "PolicyDocReceived",
    ]
    assert all("fire" in event["audience"].split(",") for event in feed)


async def test_a_feed_is_numbered_densely_and_keeps_the_order_of_each_stream(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(registered("fire", now), source="supervision")
    for number in range(1, 31):
        await house.hear(
            received(number, "fire", now), forwarded(number, "fire", now), source="supervision", settle=False
        )

    feed = await read_feed(house, "fire")

    streams: dict[str, list[int]] = {}
    seen = 0
    for event in feed:
        if int(event["feedsequence"]) > seen:
            seen = int(event["feedsequence"])
            streams.setdefault(event["source"] + event["subject"], []).append(int(event["sequence"]))
    assert numbers(feed) == list(range(1, 1 + 1 + 30 * 4))
    assert all(each == list(range(1, len(each) + 1)) for each in streams.values())


async def test_two_senders_at_once_give_each_event_one_number(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(registered("fire", now), source="supervision")
    await house.hear(*(received(number, "fire", now) for number in range(1, 21)), source="supervision")

    await asyncio.gather(*(number_feeds(house.runtime) for _ in range(4)))
    feed = await read_feed(house, "fire")

    ids = defaultdict(set)
    for event in feed:
        ids[event["feedsequence"]].add(event["id"])
    assert numbers(feed) == list(range(1, 1 + 1 + 20 * 2))
    assert all(len(each) == 1 for each in ids.values())


async def test_what_was_meant_for_a_department_before_it_was_registered_comes_too(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(received(1, "fire", now), source="supervision")
    await house.hear(registered("fire", now), source="supervision")

    feed = await read_feed(house, "fire")

    assert words(feed)[0] == "PolicyDocReceived"
    assert numbers(feed) == [1, 2, 3]


async def test_after_a_crash_before_it_was_noted_the_same_events_come_again_under_the_same_numbers(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(registered("fire", now), received(1, "fire", now), source="supervision")
    before = await read_feed(house, "fire")
    await house.runtime.transact(note_sent, "fire", 1)

    after = await read_feed(house, "fire")

    by_number = {event["feedsequence"]: event["id"] for event in before}
    assert len(after) > len(before)
    assert {event["feedsequence"]: event["id"] for event in after} == by_number


async def test_a_worker_is_woken_by_rows_of_the_kinds_that_it_minds_and_by_no_others(open_house: OpenHouse) -> None:
    house = await open_house(service)
    minds, others = house.runtime.bell("feed reader", FeedEntry), house.runtime.bell("idle", Replay)
    await house.hear(registered("fire", house.clock.legal()), source="supervision")

    assert minds.rung()
    assert not others.rung()
