"""Is anything lost on the way to a receiver that fails, while the house is killed under it? kill -9 at any instant."""

from __future__ import annotations

import asyncio
import random
import signal
from pathlib import Path
from typing import Any

import pytest

from shenguan_chassis.testing.receiver import Came, Receiver, receiving, status
from tests.faults.embedded_town import a_town

pytestmark = pytest.mark.slow
_PATIENCE = 120.0


def _flaky(seed: int) -> Any:
    """A receiver that takes half of what comes: some are refused, some are taken and the answer is lost."""
    chance = random.Random(seed)

    async def answer(came: Came, writer: asyncio.StreamWriter) -> None:
        roll = chance.random()
        if roll < 0.2:
            came.headers["taken"] = "no"
            await status(503)(came, writer)
        elif roll < 0.3:
            writer.close()
        else:
            await status(204)(came, writer)

    return answer


def _numbers(receiver: Receiver) -> dict[str, list[int]]:
    """The numbers of each stream in the order they were first taken."""
    found: dict[str, list[int]] = {}
    for came in receiver.came:
        event = came.event
        numbers = found.setdefault(event["source"] + event["subject"], [])
        if "taken" not in came.headers and int(event["sequence"]) not in numbers:
            numbers.append(int(event["sequence"]))
    return {stream: numbers for stream, numbers in found.items() if "policy-document" in stream}


def _one_id_and_body_per_event(came: list[Came]) -> bool:
    """A second copy of an event is the first, word for word: a receiver knows it by its id."""
    known: dict[str, tuple[str, bytes]] = {}
    for one in came:
        event = one.event["source"] + one.event["id"]
        if known.setdefault(event, (one.headers["webhook-id"], one.body)) != (one.headers["webhook-id"], one.body):
            return False
    return len({message for message, _ in known.values()}) == len(known)


@pytest.mark.parametrize(
    ("documents", "kills", "seed"),
    [(24, 3, 7), pytest.param(160, 20, 11, marks=pytest.mark.whole)],
)
async def test_nothing_is_lost_and_each_key_keeps_its_order_though_the_house_is_killed(
    open_folder: Path, documents: int, kills: int, seed: int
) -> None:
    async with receiving() as receiver, a_town(open_folder) as town:
        receiver.answer = _flaky(seed)
        wanted = {"department": "fire", "url": receiver.url, "types": ["PolicyDocReceived", "PolicyDocForwarded"]}
        made = await town.do("/notify/v1/subscriptions", wanted)
        await town.do(f"/notify/v1/subscriptions/{made['id']}/test", None)
        await receiver.until(bool, within=_PATIENCE)
        for number in range(documents):
            body = {"title": f"通知{number}", "superior": "示例机关", "recipients": ["bureau"]}
            document = await town.do("/supervision/v1/documents", body)
            await town.do(f"/supervision/v1/documents/{document['id']}/forwardings", {"recipient": "bureau"})
            if number % (documents // kills) == documents // kills - 1:
                await town.end(signal.SIGKILL)
                await town.start()

        def whole(_: list[Came]) -> bool:
            taken = _numbers(receiver)
            return len(taken) == documents and all(len(numbers) >= 2 for numbers in taken.values())

        # One that fails five times in a row, as a few of hundreds do, is tried again after minutes.
        await receiver.until(whole, within=_PATIENCE + 4 * documents)

    assert all(numbers == sorted(numbers) for numbers in _numbers(receiver).values())
    assert _one_id_and_body_per_event(receiver.came)
