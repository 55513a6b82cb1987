"""What does a system that can only call out read at its department's door? What its topic holds, and how it goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import orjson
import pytest

from notify_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role

from .said import received, registered


async def _feed(house: House, reader: str = "fire", **asked: Any) -> httpx.Response:
    client = house.http(Role.MACHINE_CLIENT, department=reader)
    return await client.get("/feed", params=asked, timeout=40)


async def _all_of(house: House, most: int, department: str = "fire", limit: int = 7) -> list[dict[str, Any]]:
    """Everything until `most` have come, page by page."""
    found: list[dict[str, Any]] = []
    after = "0"
    while len(found) < most:
        page = (await _feed(house, department, after=after, limit=limit, wait=10)).json()
        assert page["items"], "nothing came in time"
        found += page["items"]
        after = page["next"]
    return found


async def test_pages_follow_each_other_without_gap_in_the_order_of_their_numbers(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(registered("fire", now), source="supervision")
    await house.hear(*(received(number, "fire", now) for number in range(1, 21)), source="supervision")

    events = await _all_of(house, 41)

    assert [int(event["feedsequence"]) for event in events] == list(range(1, 42))
    assert len({event["id"] for event in events}) == 41
    assert all("fire" in event["audience"].split(",") for event in events)


async def test_a_reader_comes_back_later_with_the_number_it_has_seen(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(registered("fire", now), received(1, "fire", now), source="supervision")
    before = await _all_of(house, 3)
    await house.hear(received(2, "fire", now), source="supervision")

    after = (await _feed(house, after=before[1]["feedsequence"].lstrip("0"), wait=10)).json()

    assert after["items"][0] == before[2]


async def test_whoever_waits_is_told_as_soon_as_something_comes(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(registered("fire", now), source="supervision")
    await _all_of(house, 1)

    waiting = asyncio.create_task(_feed(house, after=1, wait=30))
    await house.hear(received(1, "fire", now), source="supervision")
    async with asyncio.timeout(10):
        page = (await waiting).json()

    assert page["items"][0]["feedsequence"] == "0000000002"


async def test_nothing_new_is_an_empty_page_that_goes_on_at_the_same_place(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(registered("fire", house.clock.legal()), source="supervision")
    await _all_of(house, 1)

    page = await _feed(house, after=1, wait=1)

    assert page.json() == {"items": [], "next": "1"}


async def test_anothers_feed_is_not_there_and_shows_nothing(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(registered("fire", now), registered("housing", now), source="supervision")
    await house.hear(received(1, "fire", now), source="supervision")
    await _all_of(house, 3)

    named = await _feed(house, "housing", department="fire")
    own = await _all_of(house, 1, "housing")

    assert named.status_code == 404
    assert [event["data"]["department"] for event in own] == ["housing"]


async def test_a_number_that_was_never_given_is_refused_instead_of_waited_for(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(registered("fire", house.clock.legal()), source="supervision")
    await _all_of(house, 1)

    answer = await _feed(house, after=7, wait=30)

    assert (answer.status_code, answer.json()["code"], answer.json()["facts"]["last"]) == (409, "cursor_ahead", 1)


@pytest.mark.parametrize("asked", [{"after": -1}, {"after": "abc"}, {"limit": 0}, {"limit": 100_000}, {"wait": 3600}])
async def test_what_cannot_be_asked_is_refused(open_house: OpenHouse, asked: dict[str, Any]) -> None:
    house = await open_house(service)

    assert (await _feed(house, **asked)).status_code == 422


async def test_a_stream_tells_events_as_they_come_and_begins_behind_the_last_one_seen(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(registered("fire", now), received(1, "fire", now), source="supervision")
    await _all_of(house, 3)

    frames = await _streamed(house, last_seen="1", most=2)

    assert [(number, event["feedsequence"]) for number, event in frames] == [("2", "0000000002"), ("3", "0000000003")]


async def _streamed(house: House, last_seen: str, most: int) -> list[tuple[str, dict[str, Any]]]:
    """The first events of a stream, read by the application's own protocol: a client that leaves when it has enough."""
    client = house.http(Role.MACHINE_CLIENT, department="fire")
    headers = {
        "accept": "text/event-stream",
        "last-event-id": last_seen,
        "authorization": client.headers["authorization"],
    }
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/notify/v1/feed",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("test", 1),
        "server": ("test", 80),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
    }
    frames: list[str] = []
    enough = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        frames.extend(part for part in message.get("body", b"").decode().split("\n\n") if part.startswith("id: "))
        if len(frames) >= most:
            enough.set()

    async with asyncio.timeout(20):
        await house.app(scope, receive, send)
    return [(frame.split("\n")[0][4:], orjson.loads(frame.split("\n")[1][6:])) for frame in frames]
