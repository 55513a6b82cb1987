"""How is a service tried as a city runs it? As a process of its own, told everything by its environment."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from ..identity import Caller, LocalIssuer
from .kafka import free_port

_PATIENCE = 30.0


async def until(found: Callable[[], Awaitable[Any]], within: float = _PATIENCE) -> Any:
    """Ask until there is an answer: another process works at its own pace. Raises TimeoutError after `within` s."""
    async with asyncio.timeout(within):
        while not (answer := await found()):  # noqa: ASYNC110 - another process rings no bell here
            await asyncio.sleep(0.05)
    return answer


@dataclass
class ServiceProcess:
    """One service as `python -m <name>_svc serve`; it can be killed and started again, with the same port and state."""

    name: str
    environment: dict[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its doors are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def command(self) -> list[str]:
        """What is run."""
        return [sys.executable, "-m", f"{self.name}_svc", "serve", "--port", str(self.port)]

    @property
    def running(self) -> bool:
        """True unless it was not started or ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it; it is not ready yet."""
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(self.command, env=self.environment, stdout=out, stderr=out)

    def end(self, how: signal.Signals) -> int:
        """Send a signal; returns the exit code."""
        if self._process is None:
            raise RuntimeError("not started")
        self._process.send_signal(how)
        return self._process.wait(timeout=20)

    async def ready(self, within: float = _PATIENCE) -> None:
        """Return when it says that it can work; an end before that is an error that shows its log."""
        await until(self._is_ready, within)

    async def _is_ready(self) -> bool:
        if not self.running:
            raise RuntimeError(self.log.read_text()[-3000:])
        async with httpx.AsyncClient() as client:
            try:
                return (await client.get(f"{self.url}/readyz", timeout=5)).is_success
            except httpx.TransportError:
                return False


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors of services by name, and an issuer whom they believe."""

    urls: dict[str, str]
    issuer: LocalIssuer

    async def ask(self, service: str, path: str, body: Any = None, *, role: str, department: str) -> Any:
        """POST a body, or GET without one; a refusal is an error that shows it."""
        answer = await self.tried(service, path, body, role=role, department=department)
        if answer.is_error:
            raise AssertionError(answer.text)
        return answer.json()

    async def tried(self, service: str, path: str, body: Any = None, *, role: str, department: str) -> httpx.Response:
        """The same, with a refusal as its answer."""
        caller = Caller(person=f"{role}-1", organisation="test", department=department, roles=frozenset({role}))
        headers = {
            "Authorization": f"Bearer {self.issuer.issue(caller)}",
            "Idempotency-Key": uuid4().hex,
            "If-Match": "*",
        }
        url = f"{self.urls[service]}/{service}/v1{path}"
        async with httpx.AsyncClient(headers=headers, timeout=10) as client:
            return await (client.get(url) if body is None else client.post(url, json=body))
