"""How is one service tried as its users see it? With its own database, a real bus, and its HTTP doors in this process.

async def test_…(open_house) -> None:
    house = await open_house(service)
    await house.hear(registered, source="supervision")
    answer = await house.http(Role.REVIEWER, department="bureau").post("/items", json={…})
    assert [event.type for event in await house.said()] == […]
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from shenguan_contracts.catalogue import topic_of
from shenguan_contracts.envelope import Envelope, decode, encode, urn
from shenguan_contracts.event import Event

from .. import db
from ..bus.connect import bus_from
from ..bus.port import Bus, Record, Topic
from ..clock import SandboxClock
from ..http.app import open_for
from ..identity import Caller, LocalIssuer, TokenPolicy, TokenVerifier
from ..journal.sealing import unsealed
from ..kept import make_partitions
from ..migrating import migrate
from ..runtime import Runtime
from ..service import Service
from .applications import lent
from .documented import Documented
from .keys import MASTER_KEYS
from .postgres import Databases

_ISSUER, _AUDIENCE = "urn:shenguan:test", "shenguan"
_PATIENCE = 20.0
_PATIENT: dict[str, Any] = {"rate": 1e6, "burst": 10**6, "stranger_rate": 1e6, "stranger_burst": 10**6}
"""A test asks faster than people do."""


@dataclass
class House:
    """One running service under test."""

    runtime: Runtime
    app: FastAPI
    clock: SandboxClock
    bus: Bus
    issuer: LocalIssuer
    stack: AsyncExitStack
    reference: Documented
    _numbers: Counter[tuple[str, str]] = field(default_factory=Counter)
    _clients: dict[Any, httpx.AsyncClient] = field(default_factory=dict)

    def http(self, *roles: str, department: str | None = None, person: str = "") -> httpx.AsyncClient:
        """A client whose caller has these roles; the same person for the same roles and department unless named.

        Its POSTs have a fresh Idempotency-Key and `If-Match: *`, unless the test gives its own.
        """
        return self._known((roles, department, person), [_with_usual_headers])

    def bare(self, *roles: str, department: str | None = None, person: str = "") -> httpx.AsyncClient:
        """The same caller with a client that adds nothing but the token."""
        return self._known((roles, department, person), [])

    def stranger(self) -> httpx.AsyncClient:
        """A client without token."""
        return self._clients.setdefault(None, self._client({}, [_with_usual_headers]))

    def _known(self, who: tuple[tuple[str, ...], str | None, str], hooks: list[Any]) -> httpx.AsyncClient:
        roles, department, person = who
        person = person or "-".join([*map(str, roles), department or "none"])
        key = person, roles, department, bool(hooks)
        if key not in self._clients:
            caller = Caller(person=person, organisation="test", department=department, roles=frozenset(map(str, roles)))
            headers = {"Authorization": f"Bearer {self.issuer.issue(caller)}"} if roles else {}
            self._clients[key] = self._client(headers, hooks)
        return self._clients[key]

    def _client(self, headers: dict[str, str], hooks: list[Any]) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        base = f"http://test{self.runtime.service.prefix}"
        client = httpx.AsyncClient(
            transport=transport,
            base_url=base,
            headers=headers,
            event_hooks={"request": hooks, "response": [self.reference]},
        )
        self.stack.push_async_callback(client.aclose)
        return client

    async def hear(self, *events: Event, source: str, settle: bool = True) -> None:
        """Let other services say events, numbered as they would; returns once they took effect here."""
        await self.bus.publish([self.record(event, source) for event in events])
        if settle:
            await self.settle()

    def record(self, event: Event, source: str, number: int | None = None) -> Record:
        """The record of an event as `source` would publish it; by default the next number of its stream."""
        if number is None:
            self._numbers[source, event.subject] += 1
            number = self._numbers[source, event.subject]
        said_by = urn(self.runtime.settings.division, source)
        body = encode(event, source=said_by, sequence=number, time=self.clock.legal())
        return Record(topic_of(source), event.subject.encode(), body)

    async def settle(self) -> None:
        """Wait until nothing is under way: the outbox is empty and all that was heard took effect."""
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while not await self._idle():
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError("the service did not come to rest")
            await asyncio.sleep(0.005)

    async def sealed(self) -> None:
        """Wait until every row and event is sealed: no transaction anywhere in the cluster is older than the newest."""
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while await self._unsealed():
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError("the journal was not sealed")
            await self.runtime.sealer.seal_all()

    async def _unsealed(self) -> int:
        async with self.runtime.pool.acquire() as connection:
            return await unsealed(connection)

    async def _idle(self) -> bool:
        if await self.runtime.pool.fetchval("SELECT EXISTS (SELECT FROM queue)"):
            return False
        topics = [topic_of(source) for source in self.runtime.service.hears]
        if not topics:
            return True
        ends = await self.bus.ends(topics)
        done = await self.bus.positions(self.runtime.service.name, topics)
        return all(done.get(place, 0) >= end for place, end in ends.items())

    async def said(self) -> list[Envelope]:
        """Every event this service ever said, in the order of its commits."""
        rows = await self.runtime.pool.fetch("SELECT body FROM event ORDER BY at, stream, seq")
        return [decode(row["body"]) for row in rows]

    async def journal(self) -> list[Any]:
        """The rows of the journal."""
        return list(await self.runtime.pool.fetch("SELECT * FROM journal ORDER BY id"))


async def _with_usual_headers(request: httpx.Request) -> None:
    if request.method == "POST":
        request.headers.setdefault("Idempotency-Key", str(uuid4()))
        request.headers.setdefault("If-Match", "*")


async def move_in(
    service: Service,
    databases: Databases,
    state: Path,
    stack: AsyncExitStack,
    bus_url: str | None = None,
    master_keys: str = MASTER_KEYS,
    *,
    clock: SandboxClock | None = None,
) -> House:
    """Start a service on fresh databases; `stack` stops it."""
    dsn = await databases.fresh(service.name, lambda template: _lived_in(template, service))
    bus = bus_from(bus_url or await databases.fresh("bus", _opened_once))
    await bus.open()
    stack.push_async_callback(bus.close)
    await bus.declare([Topic(topic_of(source), 2) for source in service.hears])
    clock = clock or SandboxClock()
    issuer = LocalIssuer.open(state, _ISSUER, _AUDIENCE, clock.system)
    settings = service.settings(
        database_url=SecretStr(dsn),
        bus_url=SecretStr("given"),
        master_keys=SecretStr(master_keys),
        jwks=str(state),
        state=state,
        connections=8,
        partitions=2,
        **_PATIENT,
    )
    verifier = TokenVerifier(issuer, TokenPolicy(_ISSUER, _AUDIENCE), service.powers, clock.system)
    runtime = Runtime(service, settings, bus=bus, clock=clock, verifier=verifier)
    reference = stack.enter_context(lent(service))
    open_for(reference.app, runtime)
    stack.push_async_callback(runtime.stop)
    await runtime.start()
    return House(runtime, reference.app, clock, bus, issuer, stack, reference)


async def _lived_in(dsn: str, service: Service) -> None:
    """Leave what a service makes at its first start behind: who starts on a copy of it starts sooner."""
    await migrate(dsn, service.migrations)
    connection = await db.connect(dsn)
    try:
        await make_partitions(connection, SandboxClock().system())
    finally:
        await connection.close()


async def _opened_once(dsn: str) -> None:
    """Let the bus lay out its tables."""
    bus = bus_from(dsn)
    await bus.open()
    await bus.close()


OpenHouse = Callable[[Service], Awaitable[House]]


@pytest.fixture
async def open_house(databases: Databases, tmp_path: Path) -> AsyncIterator[OpenHouse]:
    """Open a service for one test: `house = await open_house(service)`."""
    async with AsyncExitStack() as stack:

        async def opened(service: Service) -> House:
            return await move_in(service, databases, tmp_path, stack)

        yield opened


_SLOW = {"open_house", "databases", "bus_harness", "kafka", "native_kafka", "mortal_postgres", "postgres_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a server of its own takes seconds: `make test-fast` leaves it out."""
    for item in items:
        if _SLOW & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
