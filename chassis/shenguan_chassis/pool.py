"""Who gets a connection next? Whoever asks gets the one that was just used, at once; else waits, but not for ever.

asyncpg's own pool gives a connection back in a task of its own and takes one with a timer, which costs a command a
twentieth of its time. Here a connection that comes back clean goes to who waits longest, or stays at hand for whoever
asks next; asyncpg's pool keeps them all: it opens and counts them, mends what broke, and gets back within half a minute
what nobody asks for.
"""

from __future__ import annotations

import asyncio
from collections import deque
from time import monotonic
from typing import Any, Final

from asyncpg import Connection, InterfaceError, Pool

from .deadlines import Deadlines

_AT_HAND_FOR: Final = 30.0
"""Seconds after which what is at hand goes back, to be closed if it stays idle."""


class NoConnectionFree(Exception):
    """All connections were in use for as long as one waits: come again a little later."""


class _Place(asyncio.Future[Connection | None]):
    """A place in the line: done with a connection, or with None where it is to be taken from asyncpg's pool."""

    def late(self) -> None:
        """Nobody came back in time."""
        if not self.done():
            self.set_exception(NoConnectionFree())


class _Turn:
    """One use of a connection: `async with pool.acquire() as connection`; raises NoConnectionFree."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: PatientPool) -> None:
        self._pool = pool

    async def __aenter__(self) -> Connection:
        self._connection = self._pool.at_hand() or await self._pool.wait()
        return self._connection

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None or not self._pool.hand_on(self._connection):
            # A server that stands still does not even hear that a statement was given up: its connection is cut then.
            await self._pool.release(self._connection, timeout=self._pool.seconds)


class PatientPool(Pool):  # type: ignore[misc]  # asyncpg leaves it untyped
    """A pool whose callers wait for a free connection, but not for ever: they would pile up."""

    seconds = 2.0

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self._clean: list[Connection] = []
        self._line: deque[_Place] = deque()
        self._patience = Deadlines()
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
            self._give_back_soon(connection)
        return None

    async def wait(self) -> Connection:
        """A connection that asyncpg's pool has, or the next that comes back; raises NoConnectionFree."""
        ends = monotonic() + self.seconds
        while self._queue.empty():
            if (connection := await self._in_line(ends - monotonic())) is not None:
                return connection
        try:
            async with asyncio.timeout(ends - monotonic()):
                return await super().acquire()
        except TimeoutError:
            raise NoConnectionFree from None

    async def _in_line(self, seconds: float) -> Connection | None:
        """What who comes back hands on: a connection, or None where it went to asyncpg's pool, to be taken there."""
        place = _Place()
        self._line.append(place)
        self._patience.set(place, seconds)
        try:
            return await place
        except asyncio.CancelledError:
            if not place.cancelled() and place.done():
                self._pass_on(place.result())
            raise
        finally:
            self._patience.drop(place)

    def hand_on(self, connection: Connection) -> bool:
        """Give a connection to who waits longest, else keep it at hand; False for one that is not as it was lent."""
        if self._closing or not _is_alive(connection) or connection.is_in_transaction():
            return False
        if not self._call_next(connection):
            self._clean.append(connection)
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(_AT_HAND_FOR, self._give_all_back)
        return True

    def _pass_on(self, given: Connection | None) -> None:
        """Who gave up in the moment of the turn lets the next one have it."""
        if given is None:
            self._call_next()
        elif not self.hand_on(given):
            self._give_back_soon(given)

    async def release(self, connection: Connection, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncpg's
        """Give asyncpg's pool a connection, to mend it if need be; who waits longest may take it there."""
        try:
            await super().release(connection, timeout=timeout)
        finally:
            self._call_next()

    def _call_next(self, connection: Connection | None = None) -> bool:
        while self._line:
            place = self._line.popleft()
            if not place.done():
                place.set_result(connection)
                return True
        return False

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
            self._give_back_soon(self._clean.pop())

    def _give_back_soon(self, connection: Connection) -> None:
        task = asyncio.get_running_loop().create_task(self.release(connection, timeout=self.seconds))
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)


def _is_alive(connection: Connection) -> bool:
    try:
        return not connection.is_closed()
    except InterfaceError:  # the server ended it, and asyncpg took it back
        return False
