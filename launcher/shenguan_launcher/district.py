"""What is an embedded district? PostgreSQL, the bus in it and the four services, in one process and one folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI
from pydantic import SecretStr

from approval_svc.app import service as approval
from expert_svc.app import service as expert
from notify_svc.app import service as notify
from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.bus.port import Bus
from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.durable_file import replace_durably
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.http.app import application, open_for
from shenguan_chassis.identity import LocalIssuer, TokenPolicy, TokenVerifier
from shenguan_chassis.keys import KEY_FILE, Keys, read_key_file
from shenguan_chassis.migrating import migrate
from shenguan_chassis.preflight import check_keys
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.service import Service
from shenguan_kernel.powers import POWERS
from supervision_svc.app import service as supervision

SERVICES: tuple[Service, ...] = (approval, supervision, notify, expert)
ISSUER, AUDIENCE = "urn:shenguan:local", "shenguan"
BUS = "bus"
"""The database of the embedded log."""


@dataclass(frozen=True, slots=True)
class State:
    """The folder in which a district keeps everything."""

    folder: Path

    @property
    def address(self) -> Path:
        """Where the running district says how it is reached; gone when it stopped."""
        return self.folder / "running.json"

    @property
    def clock(self) -> Path:
        """How far the legal clock is ahead, in seconds."""
        return self.folder / "clock.json"

    def issuer(self) -> LocalIssuer:
        """Who signs tokens here."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return LocalIssuer.open(self.folder, ISSUER, AUDIENCE, SandboxClock().system)

    def master_keys(self) -> str:
        """What personal data is sealed with here; raises KeyFault."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return read_key_file(self.folder / KEY_FILE)


class KeptClock(SandboxClock):
    """A sandbox clock that is as far ahead after a restart as it was before."""

    def __init__(self, state: State) -> None:
        kept = orjson.loads(state.clock.read_bytes()) if state.clock.exists() else 0
        super().__init__(timedelta(seconds=kept))
        self.on_move(lambda: replace_durably(state.clock, str(self.ahead.total_seconds())))


@dataclass(frozen=True, slots=True)
class District:
    """A district while it runs."""

    state: State
    clock: KeptClock
    bus: Bus
    bus_url: str
    runtimes: dict[str, Runtime]
    apps: dict[str, FastAPI]


@asynccontextmanager
async def open_district(state: State, bus_url: str = "", calls: str = "") -> AsyncIterator[District]:
    """Start everything that is in a state folder, making what is missing; stop it in reverse order.

    `bus_url` names a Kafka to use instead of the embedded log, `calls` the networks that webhooks may go to though they
    are not public (else the environment says).
    """
    state.folder.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        postgres = EmbeddedPostgres(state.folder / "postgres")
        await asyncio.to_thread(postgres.start)
        stack.push_async_callback(asyncio.to_thread, postgres.stop)
        await stack.enter_async_context(_kept_running(postgres))
        bus_url = bus_url or await postgres.create_database(BUS, BUS)
        bus = bus_from(bus_url)
        await bus.open()
        stack.push_async_callback(bus.close)
        clock = KeptClock(state)
        verifier = TokenVerifier(state.issuer(), TokenPolicy(ISSUER, AUDIENCE), POWERS, clock.system)
        dsns = [await _database(postgres, service, state) for service in SERVICES]
        runtimes, apps = {}, {}
        for service, dsn in zip(SERVICES, dsns, strict=True):
            settings = _settings(service, state, dsn, bus_url, calls)
            runtimes[service.name] = Runtime(service, settings, bus=bus, clock=clock, verifier=verifier)
            apps[service.name] = application(service)
            open_for(apps[service.name], runtimes[service.name])
        stack.push_async_callback(_together, [runtime.stop for runtime in runtimes.values()])
        await _together([runtime.start for runtime in runtimes.values()])
        yield District(state, clock, bus, bus_url, runtimes, apps)


@asynccontextmanager
async def _kept_running(postgres: EmbeddedPostgres) -> AsyncIterator[None]:
    leaving = asyncio.Event()
    keeper = asyncio.create_task(postgres.outlive(leaving), name="postgres")
    try:
        yield
    finally:
        leaving.set()
        await keeper


async def _together(steps: Sequence[Callable[[], Awaitable[None]]]) -> None:
    await asyncio.gather(*(step() for step in steps))


async def _database(postgres: EmbeddedPostgres, service: Service, state: State) -> str:
    dsn = await postgres.create_database(service.name, service.name)
    await migrate(dsn, service.migrations)
    await check_keys(service, dsn, Keys.read(state.master_keys(), service.name))
    return dsn


def _settings(service: Service, state: State, dsn: str, bus_url: str, calls: str) -> Any:
    """What every service must be told is given; limits, and where webhooks may go, the environment may say."""
    more: dict[str, Any] = {"webhook_networks": calls} if calls else {}
    return service.settings(
        database_url=SecretStr(dsn),
        bus_url=SecretStr(bus_url),
        master_keys=SecretStr(state.master_keys()),
        jwks=str(state.folder),
        state=state.folder / service.name,
        connections=6,
        partitions=3,
        **more,
    )
