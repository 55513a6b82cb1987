"""When is the journal sealed? Soon after rows came, by one replica at a time; each new head is told to the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from asyncpg import Pool

from .journal import Head, seal
from .loops import Bell

_LEASE = 0x5EA1
_GATHER = 0.25
_NET = 10.0


class Sealer:
    """Seals in the background; `told` hears each new head."""

    def __init__(self, pool: Pool, algorithm: str, told: Callable[[Head], Awaitable[None]]) -> None:
        self.bell = Bell()
        self._pool = pool
        self._algorithm = algorithm
        self._told = told

    async def run(self) -> None:
        """Seal until cancelled: a quarter of a second after a commit, and every ten seconds as a net."""
        while True:
            head = await self.seal_all()
            if head is not None:
                await self._told(head)
            if await self.bell.wait(_NET):
                await asyncio.sleep(_GATHER)

    async def seal_all(self) -> Head | None:
        """Seal what is there; the newest head, or None if nothing was added."""
        newest = None
        while head := await self._seal_some():
            newest = head
        return newest

    async def _seal_some(self) -> Head | None:
        async with self._pool.acquire() as connection, connection.transaction():
            mine = await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LEASE)
            return await seal(connection, self._algorithm) if mine else None
