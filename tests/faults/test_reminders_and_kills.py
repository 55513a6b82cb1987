"""Is anybody forgotten, or told again and again, while the house that reminds is killed? kill -9 at any instant."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from shenguan_chassis.testing.receiver import Came, Receiver, receiving, status
from tests.faults.campaign import todays_seed
from tests.faults.embedded_town import Town, a_town

pytestmark = pytest.mark.slow
_LATE = {"title": "通知", "superior": "示例机关", "recipients": ["bureau"], "received_at": "2026-02-02T09:00:00+08:00"}
"""A document that should have been passed on long ago."""
_AT_ONCE = 4
"""Messages that a replica has under way at most (REMINDERS_AT_ONCE): so many may be repeated by each kill."""
_PATIENCE = 300.0
"""Seconds for what was in hand at the last kill: it is left to whoever died with it for two minutes."""


async def _slowly(came: Came, writer: asyncio.StreamWriter) -> None:
    """A channel that takes its time to say yes, so that a kill comes between the message and its record."""
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), 0.3)
    await status(200)(came, writer)


async def _furnished(town: Town) -> None:
    """Wait for the item, the last that the sample brings: before it posts change hands."""
    async with asyncio.timeout(_PATIENCE):
        while not (await town.read("/approval/v1/items", "overseer"))["items"]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.5)


async def _officer(town: Town, number: int, url: str) -> str:
    """Somebody of the fire department who is told of everything at an address, at any hour; the contact's id."""
    who = {"department": "fire", "name": "示例", "title": "联络员", "mobile": f"1390000{number:04}"}
    person = await town.do("/notify/v1/people", who, "administrator")
    body = {"person_id": person["id"], "webhook": url, "quiet_from": "00:00", "quiet_to": "00:00"}
    contact: str = (await town.do("/notify/v1/contacts", body, "administrator"))["id"]
    return contact


async def _kill(town: Town, receiver: Receiver, chance: random.Random) -> None:
    """Half of the kills come as a message arrives, before it is on record; the others at any instant."""
    if chance.random() < 0.5:
        came = len(receiver.came)
        with suppress(TimeoutError):
            await receiver.until(lambda found: len(found) > came, within=2)
    else:
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), chance.uniform(0.0, 1.0))
    await town.end(signal.SIGKILL)
    await town.start()


async def _once(town: Town, so: Callable[[list[Any]], bool], **wanted: str) -> list[Any]:
    """The reminders as oversight sees them, once they look so."""
    async with asyncio.timeout(_PATIENCE):
        while not so(found := (await town.read("/notify/v1/reminders", "overseer", **wanted))["items"]):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.5)
    return found


@pytest.mark.parametrize(
    ("reminders", "kills", "seed"),
    [(8, 2, todays_seed()), pytest.param(80, 16, todays_seed(), marks=pytest.mark.whole)],
)
async def test_everybody_is_reminded_and_nobody_more_often_than_promised_though_the_house_is_killed(
    open_folder: Path, reminders: int, kills: int, seed: int
) -> None:
    chance = random.Random(seed)
    async with receiving() as receiver, a_town(open_folder) as town:
        receiver.answer = _slowly
        await _furnished(town)
        officer = await _officer(town, 9_999, f"{receiver.url}/officer")
        path = "/supervision/v1/departments/fire/posts/liaison_officer/designate"
        await town.do(path, {"person_id": officer}, "administrator")
        asked, owed = list[str](), list[str]()
        for number in range(reminders):
            contact = await _officer(town, number, f"{receiver.url}/{number}")
            tried = await town.do(f"/notify/v1/contacts/{contact}/test", {"channel": "webhook"}, "administrator")
            asked.append(tried["id"])
            owed.append((await town.do("/supervision/v1/documents", _LATE))["id"])
            if number % (reminders // kills) == reminders // kills - 1:
                await _kill(town, receiver, chance)

        def all_told(found: list[Any]) -> bool:
            return len(found) >= reminders and all(one["state"] == "sent" for one in found)

        late = await _once(town, all_told, person_id=officer, limit="200")
        for reminder in asked:
            await _once_sent(town, reminder)

    messages = Counter(came.path.rpartition("/")[2] for came in receiver.came)
    told = [messages[str(number)] for number in range(reminders)]
    assert len({one["obligation_id"] for one in late}) == len(late) == len(owed), f"seed {seed}"
    assert min(told) >= 1, f"seed {seed}"
    assert sum(told) - reminders <= _AT_ONCE * kills, f"seed {seed}"


async def _once_sent(town: Town, reminder: str) -> None:
    async with asyncio.timeout(_PATIENCE):
        while (await town.read(f"/notify/v1/reminders/{reminder}", "overseer"))["state"] != "sent":  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.5)
