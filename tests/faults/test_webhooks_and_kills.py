"""Is anything lost on the way to a receiver that fails, while the house is killed under it? kill -9 at any instant."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shenguan_chassis.testing.receiver import Came, Receiver, receiving, status
from shenguan_launcher.district import State
from shenguan_launcher.people import caller_of, person

pytestmark = pytest.mark.slow
_DOCUMENTS, _KILLS = 24, 3
_PATIENCE = 120.0


class Town:
    """A district as a process, that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.state = State(folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=20)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; its doors open later."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "shenguan_launcher", "up", "--sample",
            "--port", str(self.port), "--data", str(self.state.folder),
            env={**os.environ, "SHENGUAN_WEBHOOK_NETWORKS": "127.0.0.0/8"},
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    async def end(self, how: signal.Signals) -> None:
        """End it so, and wait until it has."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(how)
            await self._process.wait()

    async def do(self, path: str, body: Any) -> Any:
        """A command of the fire department's liaison officer, again under its key until it is answered."""
        token = self.state.issuer().issue(caller_of(person("fire-liaison")))
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4()), "If-Match": "*"}
        async with asyncio.timeout(_PATIENCE):
            while (answer := await self._post(path, body, headers)) is None:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
        return answer

    async def _post(self, path: str, body: Any, headers: dict[str, str]) -> Any:
        try:
            answer = await self.http.post(path, json=body, headers=headers)
        except httpx.TransportError:
            return None
        return answer.json() if answer.is_success else None


@asynccontextmanager
async def a_town(folder: Path) -> AsyncIterator[Town]:
    town = Town(folder / "data")
    await town.start()
    try:
        yield town
    finally:
        await town.end(signal.SIGTERM)
        await town.http.aclose()


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


async def test_nothing_is_lost_and_each_key_keeps_its_order_though_the_house_is_killed(
    open_folder: Path,
) -> None:
    async with receiving() as receiver, a_town(open_folder) as town:
        receiver.answer = _flaky(7)
        wanted = {"department": "fire", "url": receiver.url, "types": ["PolicyDocReceived", "PolicyDocForwarded"]}
        made = await town.do("/notify/v1/subscriptions", wanted)
        await town.do(f"/notify/v1/subscriptions/{made['id']}/test", None)
        await receiver.until(bool, within=_PATIENCE)
        for number in range(_DOCUMENTS):
            body = {"title": f"通知{number}", "superior": "示例机关", "recipients": ["bureau"]}
            document = await town.do("/supervision/v1/documents", body)
            await town.do(f"/supervision/v1/documents/{document['id']}/forwardings", {"recipient": "bureau"})
            if number % (_DOCUMENTS // _KILLS) == _DOCUMENTS // _KILLS - 1:
                await town.end(signal.SIGKILL)
                await town.start()

        def whole(_: list[Came]) -> bool:
            taken = _numbers(receiver)
            return len(taken) == _DOCUMENTS and all(len(numbers) >= 2 for numbers in taken.values())

        await receiver.until(whole, within=_PATIENCE)

    assert all(numbers == sorted(numbers) for numbers in _numbers(receiver).values())
