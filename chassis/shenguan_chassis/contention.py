"""What if several want the same rows at once? The first try is free, then they queue, and each decides again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final
from weakref import WeakValueDictionary

from asyncpg import Connection, DeadlockDetectedError, Pool, UniqueViolationError

from .pending import Conflict
from .refusals import Refusal
from .tx import Tx

_MOST_TRIES = 60
CLASHES: Final = (Conflict, UniqueViolationError, DeadlockDetectedError)
"""Somebody else wanted the same rows."""


class AlreadyExists(Refusal, rule="唯一性"):
    """同一对象已登记：请查询已有记录，不必重复提交。"""


class Busy(Refusal, status=503):
    """同时更改该对象的人过多：请稍后重试。"""

    headers = {"Retry-After": "1"}  # noqa: RUF012 - never changed


class Contended(Exception):
    """A try that must be made again; `taken` is the unique key that was taken, if it was one."""

    def __init__(self, tx: Tx, clash: Exception) -> None:
        super().__init__(type(clash).__name__)
        self.over = tx.first
        self.taken = clash.constraint_name if isinstance(clash, UniqueViolationError) else None
        self.final = _existed(tx, self.taken)


class Turns:
    """Connections of the pool, given out in turn to those who contend for one aggregate."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._queues: WeakValueDictionary[Any, asyncio.Lock] = WeakValueDictionary()

    async def settle(self, attempt: Callable[[Connection], Awaitable[Any]]) -> Any:
        """Try until no conflict: the first time freely, then behind the others that want the same aggregate.

        Raises AlreadyExists where no later try can help, Busy after too many.
        """
        queue: asyncio.Lock | None = None
        for turn in range(_MOST_TRIES):
            try:
                if queue is None:
                    async with self._pool.acquire() as connection:
                        return await attempt(connection)
                async with _in_turn(queue, self._pool) as connection:
                    return await attempt(connection)
            except Contended as contended:
                if contended.final:
                    raise AlreadyExists from None
                queue = self._queues.setdefault(contended.over, asyncio.Lock())
                if turn > 1:
                    await asyncio.sleep(random.uniform(0, 0.002 * min(turn, 10)))  # noqa: S311 - jitter, no secret
        raise Busy


@asynccontextmanager
async def _in_turn(queue: asyncio.Lock, pool: Pool) -> AsyncIterator[Connection]:
    """The place in the queue comes first: who waits holds no connection."""
    async with queue, pool.acquire() as connection:
        yield connection


def _existed(tx: Tx, taken: str | None) -> bool:
    """True if a new aggregate was there before the command, which had not looked: no later try can help."""
    return taken is not None and any(
        f"{place.name}_pkey" == taken and not tx.looked_for((place, key)) for place, key in tx.pending.rows
    )
