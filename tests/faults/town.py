"""What can be killed? A district as a city runs it, on Kafka, or the embedded one: real processes, each with its name.

A service that ended is started again, as an operator's restart policy does; everything else must come back by itself.
"""

from __future__ import annotations

import os
import random
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import orjson

from approval_svc.app import service as approval
from notify_svc.app import service as notify
from shenguan_chassis.clock import RealClock
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.identity import LocalIssuer
from shenguan_chassis.migrating import migrate
from shenguan_chassis.testing.kafka import NativeKafka
from shenguan_chassis.testing.keys import MASTER_KEYS
from shenguan_chassis.testing.postgres import temporary_server
from shenguan_chassis.testing.processes import ServiceProcess
from shenguan_launcher.district import AUDIENCE, BUS, ISSUER, State
from supervision_svc.app import service as supervision
from tests.faults.victims import (
    Victim,
    a_backend,
    a_broker,
    a_district_with_its_server,
    a_kept_server,
    a_process,
    a_server,
)
from tests.faults.watching import Place

SERVICES = (approval, supervision, notify)

_UNHANDLED = re.compile(r"^ERROR +(?:asyncio|uvicorn)", re.MULTILINE)


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
                **{process.name: a_process(process) for process in processes},
                "PostgreSQL": a_server(server),
                "a PostgreSQL backend": a_backend(server, chance),
                "Kafka": a_broker(broker),
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
            "district": a_process(district),
            "district and its PostgreSQL": a_district_with_its_server(district, server),
            "PostgreSQL": a_kept_server(server),
            "a PostgreSQL backend": a_backend(server, chance),
        },
        processes=[district],
    )
    async with _running(town, town.victims["district and its PostgreSQL"]):
        town.places = [Place(place.service, server.dsn(place.name, place.name)) for place in town.places]
        town.bus_url, town.superuser = server.dsn(BUS, BUS), server.dsn()
        yield town


@asynccontextmanager
async def _running(town: Town, *left: Victim) -> AsyncIterator[None]:
    """Start all, and stop all in order; whatever happened, nothing of it, nor of `left`, is running after."""
    try:
        for process in town.processes:
            process.start()
        for process in town.processes:
            await process.ready(within=120)
        yield
        for process in town.processes:
            process.end(signal.SIGTERM)
    finally:
        for victim in (*map(a_process, town.processes), *left):
            await victim.kill()


def _service(place: Place, broker: NativeKafka, folder: Path) -> ServiceProcess:
    environment = {
        "PATH": os.environ["PATH"],
        "SHENGUAN_DATABASE_URL": place.dsn,
        "SHENGUAN_BUS_URL": f"kafka://{broker.servers}",
        "SHENGUAN_MASTER_KEYS": MASTER_KEYS,
        "SHENGUAN_JWKS": str(folder / "jwks.json"),
        "SHENGUAN_STATE": str(folder / place.name),
        "SHENGUAN_INSTANCE": f"{place.name}-1",
        "SHENGUAN_PARTITIONS": "3",
    }
    return ServiceProcess(place.name, environment, folder / f"{place.name}.log")


async def _is_ready(url: str) -> bool:
    async with httpx.AsyncClient(timeout=5) as client:
        try:
            return (await client.get(f"{url}/readyz")).is_success
        except httpx.TransportError:
            return False
