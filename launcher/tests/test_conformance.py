"""Does the kit tell a receiver that keeps its promises from one that does not? Against real servers."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from shenguan_chassis.egress import Secret
from shenguan_chassis.testing.receiver import Came, receiving, status
from shenguan_launcher.conformance import BATCHES, STORY, NobodyThere, play

pytestmark = pytest.mark.slow

_EXAMPLES = Path(__file__).parents[2] / "examples"
SECRET = Secret.derived(b"a test", "conformance")


@asynccontextmanager
async def reference_consumer(folder: Path) -> AsyncIterator[str]:
    """The example, as its reader would run it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    known = {"WEBHOOK_SECRET": SECRET.hand_over(), "WEBHOOK_DATABASE": str(folder / "kept.sqlite")}
    command = [sys.executable, "-m", "uvicorn", "webhook_consumer:app", "--port", str(port), "--log-level", "error"]
    with subprocess.Popen(command, cwd=_EXAMPLES, env=os.environ | known) as process:  # noqa: ASYNC220 - a server
        try:
            url = f"http://127.0.0.1:{port}"
            async with httpx.AsyncClient() as http, asyncio.timeout(20):
                while not await _answers(http, url):  # noqa: ASYNC110 - another process rings no bell here
                    await asyncio.sleep(0.05)
            yield url
        finally:
            process.terminate()


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(f"{url}/effects")).is_success
    except httpx.TransportError:
        return False


async def test_the_reference_consumer_keeps_every_promise(tmp_path: Path) -> None:
    async with reference_consumer(tmp_path) as url:
        verdicts = await play(f"{url}/hook", SECRET, f"{url}/effects", BATCHES + STORY)

    assert [verdict for verdict in verdicts if verdict.kept is not True] == []
    assert len(verdicts) == len(BATCHES + STORY)


async def test_a_receiver_that_takes_no_batches_is_found_out() -> None:
    async with receiving() as receiver:

        async def one_by_one(came: Came, writer: asyncio.StreamWriter) -> None:
            await status(400 if isinstance(came.event, list) else 204)(came, writer)

        receiver.answer = one_by_one

        (verdict,) = await play(receiver.url, SECRET, story=BATCHES)

    assert (verdict.kept, "batch" in verdict.advice) == (False, True)


async def test_a_receiver_that_believes_everything_is_found_out() -> None:
    async with receiving() as receiver:
        receiver.answer = status(200)

        verdicts = await play(receiver.url, SECRET)

    broken = [verdict.promise for verdict in verdicts if verdict.kept is False]
    unknown = [verdict for verdict in verdicts if verdict.kept is None]
    assert broken == ["伪造、改动和未签名的被拒绝", "过旧和未来的时间戳被拒绝"]
    assert len(unknown) == 4


async def test_nothing_is_said_of_a_receiver_that_is_not_there() -> None:
    with pytest.raises(NobodyThere, match="没有应答"):
        await play("http://127.0.0.1:1/hook", SECRET)


async def test_an_address_that_tells_no_effects_is_named() -> None:
    async with receiving() as receiver:
        receiver.answer = status(200, body=b'{"detail": "Not Found"}')

        with pytest.raises(NobodyThere, match="--effects"):
            await play(receiver.url, SECRET, f"{receiver.url}/nope")


async def test_a_receiver_that_believes_nothing_is_found_out_and_told_what_to_do() -> None:
    async with receiving() as receiver:
        receiver.answer = status(401)

        verdicts = await play(receiver.url, SECRET)

    assert verdicts[0].kept is False
    assert "2xx" in verdicts[0].advice
