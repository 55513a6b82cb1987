"""How does a whole service live while it is measured? As in a process of its own, on a given bus and database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.bus.port import Topic
from shenguan_chassis.clock import RealClock
from shenguan_chassis.http.app import application
from shenguan_chassis.identity import LocalIssuer, TokenPolicy, TokenVerifier
from shenguan_chassis.lasting import spare_what_lasts
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.service import Service
from shenguan_chassis.testing.keys import MASTER_KEYS
from shenguan_contracts.catalogue import topic_of

ISSUER, AUDIENCE = "urn:shenguan:bench", "shenguan"


@asynccontextmanager
async def living(service: Service, dsn: str, bus_url: str, state: Path, **told: Any) -> AsyncIterator[Runtime]:
    """A started service; `told` are settings beside the usual ones."""
    application(service)  # whoever has doors has loaded every slice
    bus, clock = bus_from(bus_url), RealClock()
    await bus.open()
    await bus.declare([Topic(topic_of(source), 2) for source in service.hears])
    settings = service.settings(
        database_url=SecretStr(dsn),
        bus_url=SecretStr("given"),
        master_keys=SecretStr(MASTER_KEYS),
        jwks=str(state),
        state=state,
        partitions=2,
        rate=1e9,
        burst=10**9,
        **told,
    )
    issuer = LocalIssuer.open(state, ISSUER, AUDIENCE, clock.system)
    verifier = TokenVerifier(issuer, TokenPolicy(ISSUER, AUDIENCE), service.powers, clock.system)
    runtime = Runtime(service, settings, bus=bus, clock=clock, verifier=verifier)
    await runtime.start()
    spare_what_lasts()  # as every process does once it has started
    try:
        yield runtime
    finally:
        await runtime.stop()
        await bus.close()
