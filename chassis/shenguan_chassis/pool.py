"""Who gets a connection next? Whoever asks gets the one that was just used, at once; else waits, but not for ever.

asyncpg's own pool gives a connection back in a task of its own and takes one with a timer, which costs a command a
twentieth of its time. Here a connection that comes back clean stays at hand for whoever asks next; asyncpg's pool keeps
them all: it opens and counts them, mends what broke, and gets back within half a minute what nobody asks for.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from asyncpg import Connection, InterfaceError, Pool

_AT_HAND_FOR: Final = 30.0
"""Seconds after which what is at hand goes back, to be closed if it stays idle."""


class NoConnectionFree(Exception):
    """All connections were in use for as long as one waits: come again a little later."""


class _Turn:
    """One use of a connection: `async with pool.acquire() as connection`; raises NoConnectionFree."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: PatientPool) -> None:
        self._pool = pool

    async def __aenter__(self) -> Connection:
        self._connection = self._pool.at_hand() or await self._pool.wait()
        return self._connection

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None or not self._pool.keep(self._connection):
            # A server that stands still does not even hear that a statement was given up: its connection is cut then.
            await self._pool.release(self._connection, timeout=self._pool.seconds)


class PatientPool(Pool):  # type: ignore[misc]  # asyncpg leaves it untyped
    """A pool whose callers wait for a free connection, but not for ever: they would pile up."""

    seconds = 2.0

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self._clean: list[Connection] = []
        self._waiting = 0
        self._timer: asyncio.TimerHandle | None = None
        self._returning: set[asyncio.Task[None]] = set()

    def acquire(self, *, timeout: float | None = None) -> Any:  # noqa: ARG002 - all wait alike
        """`async with pool.acquire() as connection`."""
        return _Turn(self)

    def at_hand(self) -> Connection | None:
        """The connection that was used last, if one is free and still alive."""
        while self._clean:
            connection = self._clean.pop()
            if _is_alive(connection):
                return connection
            self._give_back(connection)
        return None

    async def wait(self) -> Connection:
        """A connection of asyncpg's pool, new or given back; raises NoConnectionFree."""
        self._waiting += 1
        try:
            async with asyncio.timeout(self.seconds):
                return await super().acquire()
        except TimeoutError:
            raise NoConnectionFree from None
        finally:
            self._waiting -= 1

    def keep(self, connection: Connection) -> bool:
        """Keep a connection at hand; False for one that somebody waits for, or that is not as it was lent."""
        if self._waiting or self._closing or not _is_alive(connection) or connection.is_in_transaction():
            return False
        self._clean.append(connection)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_AT_HAND_FOR, self._give_all_back)
        return True

    async def close(self) -> None:
        """Give back what is at hand and close all."""
        self._give_all_back()
        await asyncio.gather(*self._returning)
        await super().close()

    def _give_all_back(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._clean:
            self._give_back(self._clean.pop())

    def _give_back(self, connection: Connection) -> None:
        task = asyncio.get_running_loop().create_task(self.release(connection))
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)


def _is_alive(connection: Connection) -> bool:
    try:
        return not connection.is_closed()
    except InterfaceError:  # the server ended it, and asyncpg took it back
        return False
