"""A district of four processes on a real Kafka, each with a database of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import orjson
import pytest

from shenguan_chassis.clock import RealClock
from shenguan_chassis.identity import LocalIssuer
from shenguan_chassis.migrating import migrate
from shenguan_chassis.testing.keys import MASTER_KEYS
from shenguan_chassis.testing.postgres import Databases
from shenguan_chassis.testing.processes import Doors, ServiceProcess
from shenguan_launcher.district import AUDIENCE, ISSUER, SERVICES

Processes = dict[str, ServiceProcess]


@pytest.fixture
def issuer(tmp_path: Path) -> LocalIssuer:
    """Signs tokens; its public keys are in `jwks.json` beside it."""
    issuer = LocalIssuer.open(tmp_path, ISSUER, AUDIENCE, RealClock().system)
    (tmp_path / "jwks.json").write_bytes(orjson.dumps(issuer.public_keys()))
    return issuer


@pytest.fixture
async def processes(kafka: str, databases: Databases, tmp_path: Path, issuer: LocalIssuer) -> AsyncIterator[Processes]:
    """The four services, ready."""
    found = {}
    for service in SERVICES:
        dsn = await databases.fresh(service.name, partial(migrate, versions=service.migrations))
        environment = {
            "PATH": os.environ["PATH"],
            "SHENGUAN_DATABASE_URL": dsn,
            "SHENGUAN_BUS_URL": f"kafka://{kafka}",
            "SHENGUAN_MASTER_KEYS": MASTER_KEYS,
            "SHENGUAN_JWKS": str(tmp_path / "jwks.json"),
            "SHENGUAN_STATE": str(tmp_path / service.name),
            "SHENGUAN_INSTANCE": f"{service.name}-1",
        }
        found[service.name] = ServiceProcess(service.name, environment, tmp_path / f"{service.name}.log")
    try:
        for process in found.values():
            process.start()
        for process in found.values():
            await process.ready()
        yield found
    finally:
        for process in found.values():
            if process.running:
                process.end(signal.SIGKILL)


@pytest.fixture
def doors(processes: Processes, issuer: LocalIssuer) -> Doors:
    """Where the four processes are asked."""
    return Doors({name: process.url for name, process in processes.items()}, issuer)
