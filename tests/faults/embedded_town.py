"""What does a developer, or a department's system, talk to in these tests? `shenguan up` as a process."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from shenguan_launcher.district import State
from shenguan_launcher.people import caller_of, person

PATIENCE = 120.0


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

    async def do(self, path: str, body: Any, who: str = "fire-liaison") -> Any:
        """A command of someone, by default the fire department's liaison officer, again until it is answered."""
        key = {"Idempotency-Key": str(uuid4()), "If-Match": "*"}
        return await self._answered("POST", path, who, key, json=body)

    async def read(self, path: str, who: str, **query: Any) -> Any:
        """What a door shows to someone, once it answers."""
        return await self._answered("GET", path, who, {}, params=query)

    async def _answered(self, method: str, path: str, who: str, headers: dict[str, str], **sent: Any) -> Any:
        headers = {**headers, "Authorization": f"Bearer {self.state.issuer().issue(caller_of(person(who)))}"}
        async with asyncio.timeout(PATIENCE):
            while (answer := await self._tried(method, path, headers, sent)) is None:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
        return answer

    async def _tried(self, method: str, path: str, headers: dict[str, str], sent: dict[str, Any]) -> Any:
        try:
            answer = await self.http.request(method, path, headers=headers, **sent)
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
