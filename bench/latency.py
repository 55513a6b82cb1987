"""(d) How long from a commit until its effect is committed elsewhere, on both buses, at rest and under half load?

Both sides are real: a service that opens matters, its relay, the bus, and the inbox of another service with a database
of its own. They share a process on the embedded log and have one each on Kafka, as they are deployed. The clock, which
all processes of a machine share, starts when the command's commit has returned and stops when the batch that holds the
effect has committed. Commands come at fixed instants, whether or not earlier ones are done, so that a stall shows in
every command behind it.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.bus.port import Bus, Topic
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.inbox import Inbox, Listening
from shenguan_chassis.lasting import spare_what_lasts
from shenguan_chassis.pending import Written
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.settings import ServiceSettings
from shenguan_chassis.tx import Tx

from . import house, worker
from .counting import store as counting
from .matters import commands, store
from .report import Figure
from .sample import TEXT

_TARGETS = {"at rest": (5.0, 30.0), "1,000/s": (8.0, 40.0)}
_REST, _LOAD = 25.0, 1_000.0
"""Commands per second."""
_TOPIC = "shenguan.bench.v1"
TookEffect = Callable[[int], Awaitable[None]]


@dataclass
class Ear:
    """Notes when each effect was committed: those of a batch are all visible with its commit."""

    effects: dict[UUID, float] = field(default_factory=dict)
    taken: list[UUID] = field(default_factory=list)

    def committed(self, _: Written) -> None:
        """A batch has been committed."""
        now = time.perf_counter()
        self.effects.update((matter_id, now) for matter_id in self.taken)
        self.taken.clear()


async def measure(postgres: EmbeddedPostgres, servers: str, seconds: float) -> list[Figure]:
    """Both buses."""
    log = await postgres.create_database("latency_bus", "latency_bus")
    return [
        *_figures("embedded log", await _together(await _house(postgres, "embedded"), log, seconds)),
        *_figures("Kafka", await _apart(await _house(postgres, "kafka"), f"kafka://{servers}", seconds)),
    ]


@dataclass(frozen=True, slots=True)
class House:
    """Where the two sides keep what is theirs."""

    spoken: str
    heard: str
    state: Path


@dataclass(frozen=True, slots=True)
class Drive:
    """What was commanded at one rate, and when each command's commit and its effect were there."""

    load: str
    rate: float
    commits: dict[str, float]
    effects: dict[str, float]

    def quantiles(self) -> tuple[float, float]:
        """p50 and p99 in ms; an effect may be there before the command has its own answer."""
        times = sorted(max(0.0, self.effects[one] - at) * 1_000 for one, at in self.commits.items())
        return times[len(times) // 2], times[int(len(times) * 0.99)]


async def _house(postgres: EmbeddedPostgres, tag: str) -> House:
    return House(
        spoken=await house.laid_out(postgres, f"matters_{tag}", store.metadata),
        heard=await house.laid_out(postgres, f"counter_{tag}", counting.metadata),
        state=house.folder(postgres, f"latency_{tag}"),
    )


def _figures(bus: str, drives: Iterable[Drive]) -> Iterator[Figure]:
    for drive in drives:
        note = f"{len(drive.commits)} effects, {drive.rate:.0f}/s"
        for name, value, target in zip(("p50", "p99"), drive.quantiles(), _TARGETS[drive.load], strict=True):
            what = f"{bus}, {drive.load}: {name}"
            yield Figure(part="d", what=what, value=value, unit="ms", target=target, sense="at most", note=note)


async def _together(at: House, bus_url: str, seconds: float) -> list[Drive]:
    found = await worker.run("latency", "both", at.spoken, at.heard, bus_url, at.state, seconds)
    return [Drive(**drive, effects=found["effects"]) for drive in found["drives"]]


async def _apart(at: House, bus_url: str, seconds: float) -> list[Drive]:
    ear = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.latency", "ear", at.heard, bus_url, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    spoken = await worker.run("latency", "voice", at.spoken, at.heard, bus_url, at.state, seconds)
    heard, _ = await ear.communicate(b"")  # the end of its input lets it stop
    return [Drive(**drive, effects=orjson.loads(heard)["effects"]) for drive in spoken["drives"]]


async def _both(dsn: str, heard: str, bus_url: str, state: str, seconds: str) -> dict[str, Any]:
    async with _service(dsn, bus_url, state) as runtime, _listener(heard, runtime.bus) as ear:
        drives = await _drives(
            runtime, float(seconds), lambda count: worker.until(lambda: len(ear.effects) >= count, 0.02)
        )
    return {"drives": drives, "effects": {str(one): at for one, at in ear.effects.items()}}


async def _voice(dsn: str, heard: str, bus_url: str, state: str, seconds: str) -> dict[str, Any]:
    counted = await asyncpg.connect(heard)

    async def took_effect(count: int) -> None:
        while await counted.fetchval("SELECT count(*) FROM tallies") < count:  # noqa: ASYNC110 - see worker.until
            await asyncio.sleep(0.05)

    async with _service(dsn, bus_url, state) as runtime:
        drives = await _drives(runtime, float(seconds), took_effect)
    await counted.close()
    return {"drives": drives}


async def _ear(heard: str, bus_url: str) -> dict[str, Any]:
    bus = bus_from(bus_url)
    await bus.open()
    partitions = ServiceSettings.model_fields["partitions"].default
    await bus.declare([Topic(_TOPIC, partitions, repaired=True)])  # as a service does with what it hears
    async with _listener(heard, bus) as ear:
        spare_what_lasts()
        await asyncio.to_thread(sys.stdin.read)
    await bus.close()
    return {"effects": {str(one): at for one, at in ear.effects.items()}}


@asynccontextmanager
async def _service(dsn: str, bus_url: str, state: str) -> AsyncIterator[Runtime]:
    from .serving import runtime_of

    runtime, _ = runtime_of(dsn, bus_url, Path(state))
    await runtime.bus.open()
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.stop()
        await runtime.bus.close()


@asynccontextmanager
async def _listener(heard: str, bus: Bus) -> AsyncIterator[Ear]:
    from .hear_work import listening

    ear = Ear()
    inbox = Inbox(heard, bus, _noting(listening(_TOPIC, f"latency-{time.time_ns()}"), ear))
    task = asyncio.create_task(inbox.run())
    try:
        yield ear
    finally:
        inbox.stop()
        await task


def _noting(listening: Listening, ear: Ear) -> Listening:
    """The counting service's ear, which also tells when what took effect."""
    reactions: dict[Any, Any] = {}
    for kind, found in listening.reactions.items():
        reactions[kind] = [replace(one, run=_noted(one.run, ear)) for one in found]
    return replace(listening, reactions=reactions, reacted=ear.committed)


def _noted(run: Any, ear: Ear) -> Any:
    async def noted(tx: Tx, event: Any) -> None:
        await run(tx, event)
        ear.taken.append(event.matter_id)

    return noted


async def _drives(runtime: Runtime, seconds: float, took_effect: TookEffect) -> list[dict[str, Any]]:
    """Give commands at each rate; `took_effect` waits until so many effects of all that was given are there."""
    spare_what_lasts()
    given = len(await _drive(runtime, _LOAD, 1.0))  # plans, caches and the group are warm
    await took_effect(given)
    drives = []
    for load, rate in (("at rest", _REST), ("1,000/s", _LOAD)):
        began = time.perf_counter()
        commits = await _drive(runtime, rate, seconds)
        given += len(commits)
        await took_effect(given)
        took = time.perf_counter() - began
        drives.append({"load": load, "rate": len(commits) / took, "commits": commits})
    return drives


async def _drive(runtime: Runtime, rate: float, seconds: float) -> dict[str, float]:
    """Give commands at `rate` per second; returns when each had its answer."""
    commits: dict[str, float] = {}
    body = commands.OpenMatter(department="fire", title="增加经营项目", request=TEXT)
    asked: set[asyncio.Task[None]] = set()
    due = time.perf_counter()
    until = due + seconds
    while due < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        asked.add(asyncio.create_task(_open(runtime, body, commits)))
        due += random.expovariate(rate)
    await asyncio.gather(*asked)
    return commits


async def _open(runtime: Runtime, body: commands.OpenMatter, commits: dict[str, float]) -> None:
    opened = await runtime.transact(commands.open_matter, body)
    commits[str(opened.id)] = time.perf_counter()


if __name__ == "__main__":
    worker.main(both=_both, voice=_voice, ear=_ear)
