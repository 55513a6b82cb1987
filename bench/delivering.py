"""(j) How soon after a commit does a department's system have it, and how many systems can be told at once?

Whole and real: supervision-svc commits documents, its relay and the embedded log carry them, notify-svc keeps their
obligations, numbers the feed and sends signed webhooks. Every part is a process; all share the machine's cores.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from notify_svc.app import service as notify
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.migrating import migrate
from shenguan_chassis.testing.kafka import free_port
from supervision_svc.app import service as supervision

from . import house, worker
from .report import Figure

_RATE = 200.0
"""Events per second, of which one receiver is told."""
_RECEIVERS, _GOOD = 50, 48
_FANNED = 11.0
"""Events per second, of which fifty receivers are told: 528 deliveries a second to those that are well."""
_BURST = 40
_LONGEST = 60.0


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one load: seconds of latency of the good receivers, arrivals per second, CPU of the messenger."""

    latencies: list[float]
    rate: float
    cpu_us: float

    def quantile(self, part: float) -> float:
        """Milliseconds."""
        return 1_000 * self.latencies[min(int(len(self.latencies) * part), len(self.latencies) - 1)]


async def measure(postgres: EmbeddedPostgres, seconds: float) -> list[Figure]:
    """One receiver at 200 events a second; fifty with one dead and one slow; a burst; a bare sender."""
    one = await _loaded(postgres, "one", 1, _RATE, int(_RATE * seconds))
    many = await _loaded(postgres, "many", _RECEIVERS, _FANNED, int(_FANNED * seconds))
    burst = await _loaded(postgres, "burst", _RECEIVERS, 1_000.0, int(_BURST * max(1.0, seconds / 5)))
    bare = await _bare(postgres, int(300 * seconds))
    load, fanned = "200 events/s, 1 receiver", "50 receivers, 1 dead, 1 answering in 10 s"
    return [
        _ms(
            f"commit to webhook, {load}: p50",
            one.quantile(0.50),
            50.0,
            f"{one.cpu_us:.0f} µs CPU each",
        ),
        _ms(f"commit to webhook, {load}: p95", one.quantile(0.95), 500.0, f"{len(one.latencies)} deliveries"),
        _ms(f"{fanned}: p95 of the others", many.quantile(0.95), 1_000.0, f"p50 {many.quantile(0.5):.0f} ms"),
        _rate(f"{fanned}: deliveries at a steady load", many.rate, None, f"{many.cpu_us:.0f} µs CPU each"),
        _rate(f"{fanned}: deliveries of a burst", burst.rate, 500.0, f"{burst.cpu_us:.0f} µs CPU each"),
        _rate("bare httpx, signed, nothing kept", bare["rate"], None, f"{bare['cpu_us']:.0f} µs CPU each"),
    ]


def _ms(what: str, value: float, target: float, note: str) -> Figure:
    return Figure(part="j", what=what, value=value, unit="ms", target=target, sense="at most", note=note)


def _rate(what: str, value: float, target: float | None, note: str) -> Figure:
    return Figure(part="j", what=what, value=value, unit="/s", target=target, note=note)


async def _loaded(postgres: EmbeddedPostgres, name: str, receivers: int, rate: float, number: int) -> Found:
    """`number` events at `rate` to so many receivers, from the first commit until all good ones have all."""
    bus = await postgres.create_database(f"{name}_bus", f"{name}_bus")
    told = await _migrated(postgres, f"{name}_notify", notify.migrations)
    said = await _migrated(postgres, f"{name}_supervision", supervision.migrations)
    folder, emitting = house.folder(postgres, f"delivering_{name}"), house.folder(postgres, f"emitting_{name}")
    good = [f"/{n}" for n in range(max(1, receivers - 2))]
    async with _receiving(folder) as url:
        urls = [url + path for path in good]
        if receivers > 1:
            urls += [f"{url}/slow", f"http://127.0.0.1:{free_port()}/dead"]
        messenger = asyncio.create_task(worker.run("deliver_work", "messenger", told, bus, folder, ",".join(urls)))
        await worker.until(lambda: (folder / "ready").exists() or messenger.done(), 0.1)
        (folder / "go").touch()
        await worker.run("deliver_work", "emitter", said, bus, emitting, rate, number)
        came = await _all(url, good, number)
        (folder / "stop").touch()
        return _found(came, (await messenger)["cpu"])


def _found(came: list[tuple[float, float]], cpu: float) -> Found:
    instants = sorted(at for at, _ in came)
    took = max(instants[-1] - instants[0], 0.001)
    return Found(sorted(latency for _, latency in came), len(came) / took, 1e6 * cpu / len(came))


async def _all(url: str, good: list[str], number: int) -> list[tuple[float, float]]:
    """What came to the good receivers, once that is all; raises TimeoutError."""
    came: list[tuple[float, float]] = []
    async with httpx.AsyncClient() as http, asyncio.timeout(_LONGEST):
        while len(came) < number * len(good):
            await asyncio.sleep(0.2)
            shown: dict[str, Any] = (await http.get(f"{url}/stats")).json()
            came += [(at, latency) for path in good for at, latency in shown.get(path, [])]
    return came


async def _bare(postgres: EmbeddedPostgres, number: int) -> dict[str, Any]:
    async with _receiving(house.folder(postgres, "delivering_bare")) as url:
        return await worker.run("deliver_work", "bare", url, _GOOD, number)


@asynccontextmanager
async def _receiving(folder: Path) -> AsyncIterator[str]:
    """The receivers while they listen; yields their address."""
    port = free_port()
    task = asyncio.create_task(worker.run("deliver_work", "receivers", port, folder))
    await worker.until(lambda: (folder / "listening").exists() or task.done(), 0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        (folder / "stop").touch()
        await task


async def _migrated(postgres: EmbeddedPostgres, name: str, versions: Path) -> str:
    dsn = await postgres.create_database(name, name)
    await migrate(dsn, versions)
    return dsn
