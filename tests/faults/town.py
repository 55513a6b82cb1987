"""What can be killed? A district as a city runs it, on Kafka, or the embedded one: real processes, each with its name.

A service that ended is started again, as an operator's restart policy does; everything else must come back by itself.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import orjson

from approval_svc.app import service as approval
from notify_svc.app import service as notify
from shenguan_chassis.clock import RealClock
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.identity import LocalIssuer
from shenguan_chassis.migrating import migrate
from shenguan_chassis.postgres_process import running_postmaster
from shenguan_chassis.testing.kafka import NativeKafka
from shenguan_chassis.testing.postgres import temporary_server
from shenguan_chassis.testing.processes import ServiceProcess
from shenguan_launcher.district import AUDIENCE, BUS, ISSUER, State
from supervision_svc.app import service as supervision
from tests.faults.watching import Place, opened

SERVICES = (approval, supervision, notify)

_UNHANDLED = re.compile(r"^ERROR +(?:asyncio|uvicorn)", re.MULTILINE)

Kill = Callable[[], Awaitable[bool]]
Act = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Victim:
    """What is killed with `kill -9` and started again. Both return when it is done, not when it works again.

    `kill` is False where nothing was left to be killed: what comes back by itself may not be back yet.
    """

    kill: Kill
    revive: Act


@dataclass(kw_only=True)
class Town:
    """A running district under fire."""

    places: Sequence[Place]
    urls: dict[str, str]
    issuer: LocalIssuer
    bus_url: str
    superuser: str
    """The way into the database server as its owner."""
    victims: Mapping[str, Victim]
    processes: Sequence[ServiceProcess]
    restarts: list[str] = field(default_factory=list)
    """Processes that ended by themselves and were started again."""

    async def ready(self) -> bool:
        """True once every service says that it can work; one that has ended is started again."""
        for process in self.processes:
            if not process.running:
                self.restarts.append(process.name)
                process.start()
        return all([await _is_ready(f"{url}/{name}/v1") for name, url in self.urls.items()])

    def unhandled(self) -> dict[str, int]:
        """Per process, how many errors in its log nobody handled: those that asyncio or the HTTP server report."""
        return {
            f"unhandled errors in the log of {process.name}": len(_UNHANDLED.findall(process.log.read_text()))
            for process in self.processes
        }


class DistrictProcess(ServiceProcess):
    """The embedded district as a process: `shenguan up`."""

    @property
    def command(self) -> list[str]:
        """See `ServiceProcess.command`."""
        data = self.environment["DATA"]
        return [sys.executable, "-m", "shenguan_launcher", "up", "--port", str(self.port), "--data", data]


@asynccontextmanager
async def city(broker: NativeKafka, folder: Path, chance: random.Random) -> AsyncIterator[Town]:
    """Three services as processes, a durable PostgreSQL, and a broker of their own."""
    issuer = LocalIssuer.open(folder, ISSUER, AUDIENCE, RealClock().system)
    (folder / "jwks.json").write_bytes(orjson.dumps(issuer.public_keys()))
    with temporary_server(durable=True) as server:
        places = [Place(service, await server.create_database(service.name, service.name)) for service in SERVICES]
        for place in places:
            await migrate(place.dsn, place.service.migrations)
        processes = [_service(place, broker, folder) for place in places]
        town = Town(
            places=places,
            urls={process.name: process.url for process in processes},
            issuer=issuer,
            bus_url=f"kafka://{broker.servers}",
            superuser=server.dsn(),
            victims={
                **{process.name: _process(process) for process in processes},
                "PostgreSQL": Victim(_killing_postmaster(server), _restarting(server)),
                "a PostgreSQL backend": Victim(_killing_backend(server, chance), _nothing),
                "Kafka": Victim(_killing_broker(broker), _in_thread(broker.start)),
            },
            processes=processes,
        )
        async with _running(town):
            yield town


@asynccontextmanager
async def village(folder: Path, chance: random.Random) -> AsyncIterator[Town]:
    """`shenguan up`: one process and its PostgreSQL, which the next life of the process must clear away."""
    state = State(folder / "data")
    environment = {"PATH": os.environ["PATH"], "DATA": str(state.folder)}
    district = DistrictProcess("district", environment, folder / "district.log")
    server = EmbeddedPostgres(state.folder / "postgres")
    town = Town(
        places=[Place(service, "") for service in SERVICES],
        urls={service.name: district.url for service in SERVICES},
        issuer=state.issuer(),
        bus_url="",
        superuser="",
        victims={
            "district": _process(district),
            "district and its PostgreSQL": Victim(_killing_both(district, server), _starting(district)),
            # Its keeper starts it again.
            "PostgreSQL": Victim(_killing_postmaster(server), _nothing),
            "a PostgreSQL backend": Victim(_killing_backend(server, chance), _nothing),
        },
        processes=[district],
    )
    async with _running(town):
        town.places = [Place(place.service, server.dsn(place.name, place.name)) for place in town.places]
        town.bus_url, town.superuser = server.dsn(BUS, BUS), server.dsn()
        yield town


@asynccontextmanager
async def _running(town: Town) -> AsyncIterator[None]:
    try:
        for process in town.processes:
            process.start()
        for process in town.processes:
            await process.ready(within=120)
        yield
    finally:
        for process in town.processes:
            if process.running:
                process.end(signal.SIGTERM)


def _service(place: Place, broker: NativeKafka, folder: Path) -> ServiceProcess:
    environment = {
        "PATH": os.environ["PATH"],
        "SHENGUAN_DATABASE_URL": place.dsn,
        "SHENGUAN_BUS_URL": f"kafka://{broker.servers}",
        "SHENGUAN_JWKS": str(folder / "jwks.json"),
        "SHENGUAN_STATE": str(folder / place.name),
        "SHENGUAN_INSTANCE": f"{place.name}-1",
        "SHENGUAN_PARTITIONS": "3",
    }
    return ServiceProcess(place.name, environment, folder / f"{place.name}.log")


def _process(process: ServiceProcess) -> Victim:
    async def kill() -> bool:
        return process.running and process.end(signal.SIGKILL) is not None

    return Victim(kill, _starting(process))


def _starting(process: ServiceProcess) -> Act:
    async def start() -> None:
        if not process.running:
            process.start()

    return start


def _killing_postmaster(server: EmbeddedPostgres) -> Kill:
    async def kill() -> bool:
        pid = running_postmaster(server.data)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        return pid is not None

    return kill


def _killing_broker(broker: NativeKafka) -> Kill:
    async def kill() -> bool:
        await asyncio.to_thread(broker.kill9)
        return True

    return kill


def _restarting(server: EmbeddedPostgres) -> Act:
    async def restart() -> None:
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)

    return restart


def _killing_both(district: DistrictProcess, server: EmbeddedPostgres) -> Kill:
    async def kill() -> bool:
        killed = district.running and district.end(signal.SIGKILL) is not None
        return await _killing_postmaster(server)() or killed

    return kill


def _killing_backend(server: EmbeddedPostgres, chance: random.Random) -> Kill:
    """One client's backend: PostgreSQL then ends all others too, and recovers."""

    async def kill() -> bool:
        try:
            async with opened(server.dsn()) as connection:
                os.kill(chance.choice(await connection.fetch(_BACKENDS))["pid"], signal.SIGKILL)
        except (OSError, IndexError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True

    return kill


_BACKENDS = """
SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid
"""


def _in_thread(act: Callable[[], None]) -> Act:
    async def run() -> None:
        await asyncio.to_thread(act)

    return run


async def _nothing() -> None:
    """It comes back by itself."""


async def _is_ready(url: str) -> bool:
    async with httpx.AsyncClient(timeout=5) as client:
        try:
            return (await client.get(f"{url}/readyz")).is_success
        except httpx.TransportError:
            return False
