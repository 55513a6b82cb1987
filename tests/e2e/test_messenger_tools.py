"""Do the developer's commands do what they say? Real processes: a district, a receiver, and the command itself."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from shenguan_chassis.egress import Secret
from shenguan_chassis.testing.receiver import Came, receiving, status
from shenguan_launcher.people import caller_of, person
from tests.faults.embedded_town import PATIENCE, Town, a_town

pytestmark = pytest.mark.slow
SECRET = Secret.derived(b"a test", "listen").hand_over()


@asynccontextmanager
async def a_command(*words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A command while it runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "shenguan_launcher", *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def shenguan(*words: str) -> tuple[int, str]:
    """Run a command; its exit code and what it printed."""
    async with a_command(*words) as process, asyncio.timeout(PATIENCE):
        told, _ = await process.communicate()
    return process.returncode or 0, told.decode()


async def a_document(town: Town, title: str) -> None:
    body = {"title": title, "superior": "示例机关", "recipients": ["bureau"]}
    await town.do("/supervision/v1/documents", body)


async def test_a_departments_events_come_to_a_local_address_signed_in_order_and_go_on_where_they_stood(
    open_folder: Path,
) -> None:
    async with a_town(open_folder) as town, receiving() as receiver:
        await a_document(town, "第一份")
        listen = ["listen", "fire", "--forward-to", receiver.url, "--secret", SECRET, "--data", str(town.state.folder)]

        code, told = await shenguan(*listen, "--max", "2")
        again, _ = await shenguan(*listen, "--max", "1", "--after", "2")

    numbers = [int(Webhook(SECRET).verify(came.body, came.headers)["feedsequence"]) for came in receiver.came]
    assert (code, again, numbers) == (0, 0, [1, 2, 3])
    assert SECRET in told
    assert told.count("→ 204") == 2


async def test_a_local_receiver_that_fails_is_shown_and_stops_nothing(open_folder: Path) -> None:
    async with a_town(open_folder) as town, receiving() as receiver:
        receiver.answer = status(500)
        await a_document(town, "第一份")
        listen = ["listen", "fire", "--forward-to", receiver.url, "--max", "1", "--data", str(town.state.folder)]

        code, told = await shenguan(*listen)

    assert code == 0
    assert "→ 500" in told


async def test_who_waits_at_the_feed_is_let_go_in_peace_and_listens_on_when_the_house_is_back(
    open_folder: Path,
) -> None:
    async with a_town(open_folder) as town, receiving() as receiver:
        await a_document(town, "第一份")
        listen = ["listen", "fire", "--forward-to", receiver.url, "--data", str(town.state.folder)]
        async with a_command(*listen):
            await receiver.until(_told_of("第一份"), within=PATIENCE)
            ended = await _ended_while_a_stream_is_open(town)
            await town.start()
            await a_document(town, "第二份")

            await receiver.until(_told_of("第二份"), within=PATIENCE)

    assert ended


def _told_of(title: str) -> Callable[[list[Came]], bool]:
    return lambda came: any(one.event["data"].get("title") == title for one in came)


async def _ended_while_a_stream_is_open(town: Town) -> bool:
    """Whether a stream came to its end when the house was told to go: one that is cut off raises."""
    token = town.state.issuer().issue(caller_of(person("fire-liaison")))
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    async with town.http.stream("GET", "/notify/v1/feed", headers=headers, timeout=PATIENCE) as stream:
        told = stream.aiter_lines()
        await anext(told)
        async with asyncio.TaskGroup() as ending:
            ending.create_task(town.end(signal.SIGTERM))
            async for _ in told:
                pass
    return True


async def test_a_test_event_is_asked_for_by_command_and_comes_signed_to_its_subscription(open_folder: Path) -> None:
    async with a_town(open_folder) as town, receiving() as receiver:
        made = await town.do("/notify/v1/subscriptions", {"department": "fire", "url": receiver.url, "types": []})

        code, told = await shenguan("send-test", made["id"], "--data", str(town.state.folder))
        came = await receiver.until(
            lambda came: any("SubscriptionTested" in one.event["type"] for one in came), within=PATIENCE
        )

    tested = [one for one in came if "SubscriptionTested" in one.event["type"]]
    assert (code, receiver.url in told) == (0, True)
    assert Webhook(made["secret"]).verify(tested[0].body, tested[0].headers)["subject"] == f"subscription/{made['id']}"


@pytest.mark.parametrize(("answer", "code"), [(204, 1), (401, 1)])
async def test_a_receiver_that_believes_all_or_nothing_fails_by_command_with_advice(answer: int, code: int) -> None:
    async with receiving() as receiver:
        receiver.answer = status(answer)

        found, told = await shenguan("conformance", receiver.url, "--secret", SECRET)

    assert found == code
    assert "↳" in told
