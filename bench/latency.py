"""(d) How long from a commit until its effect is committed elsewhere, on both buses, at rest and under half load?

One process holds both sides, as an embedded district does: a service that opens matters, its relay, the bus, and the
inbox of another service with a database of its own. The clock starts when the command's commit has returned and stops
when the batch that holds the effect has committed. Commands come at fixed instants, whether or not earlier ones are
done, so that a stall shows in every command behind it.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.inbox import Inbox, Listening
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.tx import Tx

from . import house, worker
from .counting import store as counting
from .matters import commands, store
from .report import Figure
from .sample import TEXT

_TARGETS = {"at rest": (5.0, 30.0), "1,000/s": (8.0, 40.0)}
_REST, _LOAD = 25.0, 1_000.0
"""Commands per second."""


@dataclass
class Ear:
    """Notes when each effect was committed: those of a batch are all visible with its commit."""

    effects: dict[UUID, float] = field(default_factory=dict)
    taken: list[UUID] = field(default_factory=list)

    def committed(self) -> None:
        """A batch has been committed."""
        now = time.perf_counter()
        self.effects.update((matter_id, now) for matter_id in self.taken)
        self.taken.clear()


async def measure(postgres: EmbeddedPostgres, servers: str, seconds: float) -> list[Figure]:
    """Both buses, each in a process of its own."""
    figures = []
    for name, bus_url in (
        ("embedded log", await postgres.create_database("latency_bus", "latency_bus")),
        ("Kafka", f"kafka://{servers}"),
    ):
        tag = name.split()[0].lower()
        dsn = await house.laid_out(postgres, f"matters_{tag}", store.metadata)
        heard = await house.laid_out(postgres, f"counter_{tag}", counting.metadata)
        state = house.folder(postgres, f"latency_{tag}")
        found = await worker.run("latency", "both", dsn, heard, bus_url, state, seconds)
        for load, (p50, p99) in _TARGETS.items():
            note = f"{found[f'{load} count']:.0f} effects, {found[f'{load} rate']:.0f}/s"
            figures += [
                _figure(f"{name}, {load}: p50", found[f"{load} p50"], p50, note),
                _figure(f"{name}, {load}: p99", found[f"{load} p99"], p99, note),
            ]
    return figures


def _figure(what: str, value: float, target: float, note: str) -> Figure:
    return Figure(part="d", what=what, value=value, unit="ms", target=target, sense="at most", note=note)


async def _both(dsn: str, heard: str, bus_url: str, state: str, seconds: str) -> dict[str, float]:
    from .hear_work import listening
    from .serving import runtime_of

    runtime, _ = runtime_of(dsn, bus_url, Path(state))
    await runtime.bus.open()
    await runtime.start()
    ear = Ear()
    inbox = Inbox(heard, runtime.bus, _noting(listening("shenguan.bench.v1", f"latency-{time.time_ns()}"), ear))
    task = asyncio.create_task(inbox.run())
    found: dict[str, float] = {}
    try:
        await _drive(runtime, ear, _LOAD, 1.0)  # plans, caches and the group are warm
        found |= _quantiles("at rest", await _drive(runtime, ear, _REST, float(seconds)))
        found |= _quantiles("1,000/s", await _drive(runtime, ear, _LOAD, float(seconds)))
    finally:
        inbox.stop()
        await task
        await runtime.stop()
        await runtime.bus.close()
    return found


def _noting(listening: Listening, ear: Ear) -> Listening:
    """The counting service's ear, which also tells when what took effect."""
    reactions: dict[Any, Any] = {}
    for kind, found in listening.reactions.items():
        reactions[kind] = [replace(one, run=_noted(one.run, ear)) for one in found]
    return replace(listening, reactions=reactions, spoken=ear.committed)


def _noted(run: Any, ear: Ear) -> Any:
    async def noted(tx: Tx, event: Any) -> None:
        await run(tx, event)
        ear.taken.append(event.matter_id)

    return noted


async def _drive(runtime: Runtime, ear: Ear, rate: float, seconds: float) -> tuple[list[float], float]:
    """Give commands at `rate` per second; returns the latencies and the rate of effects."""
    commits: dict[UUID, float] = {}
    body = commands.OpenMatter(department="fire", title="增加经营项目", request=TEXT)
    asked: set[asyncio.Task[None]] = set()
    began = time.perf_counter()
    due = began
    while due < began + seconds:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        asked.add(asyncio.create_task(_open(runtime, body, commits)))
        due += random.expovariate(rate)
    await asyncio.gather(*asked)
    await worker.until(lambda: commits.keys() <= ear.effects.keys(), 0.02)
    rate = len(commits) / (time.perf_counter() - began)
    # An effect may be there before the command has its own answer.
    return sorted(max(0.0, ear.effects[one] - at) * 1_000 for one, at in commits.items()), rate


async def _open(runtime: Runtime, body: commands.OpenMatter, commits: dict[UUID, float]) -> None:
    opened = await runtime.transact(commands.open_matter, body)
    commits[opened.id] = time.perf_counter()


def _quantiles(load: str, found: tuple[list[float], float]) -> dict[str, float]:
    times, rate = found
    return {
        f"{load} p50": times[len(times) // 2],
        f"{load} p99": times[int(len(times) * 0.99)],
        f"{load} count": len(times),
        f"{load} rate": rate,
    }


if __name__ == "__main__":
    worker.main(both=_both)
