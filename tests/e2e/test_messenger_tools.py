"""Do the developer's commands do what they say? Real processes: a district, a receiver, and the command itself."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from shenguan_chassis.egress import Secret
from shenguan_chassis.testing.receiver import receiving, status
from tests.faults.embedded_town import PATIENCE, Town, a_town

pytestmark = pytest.mark.slow
SECRET = Secret.derived(b"a test", "listen").hand_over()


async def shenguan(*words: str) -> tuple[int, str]:
    """Run a command; its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "shenguan_launcher", *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
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
