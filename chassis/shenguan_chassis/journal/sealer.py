"""When is the log sealed? Soon after something came, by one replica at a time; each new head is told to the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from asyncpg import Pool

from ..clock import Clock
from ..loops import Bell
from .head import SignedHead
from .sealing import Manner, newest, seal

_LEASE = 0x5EA1
_GATHER = 0.25
_NET = 10.0
_TELL_AGAIN = 600.0
"""Seconds: a head whose note was lost is told again, so that a tail cut after it is missed by somebody."""


class Sealer:
    """Seals in the background; `tell` says a head to the others and returns False if it could not."""

    def __init__(self, pool: Pool, clock: Clock, manner: Manner, tell: Callable[[SignedHead], Awaitable[bool]]) -> None:
        self.bell = Bell()
        self._pool = pool
        self._clock = clock
        self._manner = manner
        self._tell = tell
        self._told_at = 0.0

    async def run(self) -> None:
        """Seal until cancelled: a quarter of a second after a commit, and every ten seconds as a net."""
        while True:
            sealed = await self.seal_all()
            if sealed is not None or asyncio.get_running_loop().time() - self._told_at > _TELL_AGAIN:
                await self._tell_newest()
            if await self.bell.wait(_NET):
                await asyncio.sleep(_GATHER)

    async def seal_all(self) -> SignedHead | None:
        """Seal what is there; the newest head, or None if nothing was added."""
        added = None
        while head := await self._seal_some():
            added = head
        return added

    async def _seal_some(self) -> SignedHead | None:
        async with self._pool.acquire() as connection, connection.transaction():
            mine = await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LEASE)
            return await seal(connection, self._manner, self._clock.system()) if mine else None

    async def _tell_newest(self) -> None:
        """What another replica sealed as well; what the bus did not take is told at the next turn."""
        async with self._pool.acquire() as connection:
            head = await newest(connection)
        told = head is None or await self._tell(head)
        self._told_at = asyncio.get_running_loop().time() if told else -_TELL_AGAIN
