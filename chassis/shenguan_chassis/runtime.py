"""What is a service while it runs? Its pool, bus, clocks and loops, started in order, stopped so that nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from asyncpg import Pool
from shenguan_contracts.envelope import urn

from . import db, logs
from .bus.port import Bus
from .clock import Clock
from .desk import Desk
from .identity.caller import Caller, service_itself
from .identity.verifier import TokenVerifier
from .loops import Bell, Loops
from .reading import Read
from .sealing import Sealer
from .service import Service
from .settings import ServiceSettings
from .tx import Speaker, Tx


class Runtime:
    """One running service; `start` it before its doors open, `stop` it after they closed."""

    pool: Pool
    desk: Desk

    def __init__(
        self, service: Service, settings: ServiceSettings, *, bus: Bus, clock: Clock, verifier: TokenVerifier
    ) -> None:
        self.service = service
        self.settings = settings
        self.bus = bus
        self.clock = clock
        self.speaker = Speaker(service.name, urn(settings.division, service.name))
        self.myself = service_itself(service.name)
        self.loops = Loops(service.name)
        self.bells: dict[str, Bell] = {}
        self._verifier = verifier
        self._log = logs.log(service=service.name)

    async def who(self, token: str) -> Caller:
        """The bearer of a token; raises Unauthenticated."""
        return self._verifier.cached(token) or await self._verifier.verify(token)

    @asynccontextmanager
    async def reading(self, caller: Caller | None = None) -> AsyncIterator[Read]:
        """A connection for views; without caller (public doors, the service itself) it sees all."""
        scoped = caller is not None and not caller.roles & self.service.powers.sees_all
        scope = (caller.department or "") if caller is not None and scoped else None
        async with self.pool.acquire() as connection:
            yield Read(connection, self.clock.legal(), caller, scope)

    async def transact(self, decide: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """Run `decide(tx, *args)` as the service itself and commit it; on a conflict it is run again."""

        async def run(tx: Tx) -> Any:
            return await decide(tx, *args)

        return await self.desk.transact(run, self.myself)

    def bell(self, name: str) -> Bell:
        """The bell of a worker, by name: whoever makes work for it rings."""
        return self.bells.setdefault(name, Bell())
