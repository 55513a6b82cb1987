"""How does a reader of the embedded log learn at once that there is something to read?

In this process by an event; in others by NOTIFY, sent after the append's commit (inside it, it would make commits wait
for each other) and at most one at a time: what is rung meanwhile shares the next. A notification that is lost costs two
seconds: readers look that often anyway.
"""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from shenguan_chassis.bus.embedded_link import LINK_ERRORS, Connection, connect, hang_up
from shenguan_chassis.bus.embedded_sql import CHANNEL
from shenguan_chassis.waiting import ended, rung

_LONGEST_PAYLOAD = 7_000
_EVERYONE = "*"
_RETRY_AFTER = 0.5


class Bell:
    """One connection that rings for others and hears them ring. It mends itself when the database goes away."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._ears: dict[asyncio.Event, frozenset[str]] = {}
        self._unsent: set[str] = set()
        self._something = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._run(await self._listen()), name="bus bell")

    async def close(self) -> None:
        """Listen no longer."""
        if self._task is not None:
            await ended(self._task)
            self._task = None

    def ring(self, names: Collection[str]) -> None:
        """Wake whoever hears one of these names, here and in other processes."""
        self._wake(names)
        self._unsent.update(names)
        self._something.set()

    @contextmanager
    def hear(self, names: Collection[str]) -> Iterator[asyncio.Event]:
        """Give an event that is set when one of the names is rung; the hearer clears it before it looks."""
        ear = asyncio.Event()
        self._ears[ear] = frozenset(names)
        try:
            yield ear
        finally:
            del self._ears[ear]

    def _wake(self, names: Collection[str]) -> None:
        for ear, wanted in self._ears.items():
            if _EVERYONE in names or not wanted.isdisjoint(names):
                ear.set()

    async def _listen(self) -> Connection:
        connection = await connect(self._dsn, synchronous_commit="off")
        await connection.add_listener(CHANNEL, self._heard)
        return connection

    def _heard(self, connection: Any, pid: int, _channel: str, payload: str) -> None:
        if pid != connection.get_server_pid():
            self._wake(payload.split("\n"))

    async def _run(self, connection: Connection | None) -> None:
        try:
            while True:
                try:
                    if connection is None:
                        connection = await self._listen()
                        self._wake({_EVERYONE})
                    await self._notify(connection)
                except LINK_ERRORS:
                    await hang_up(connection)
                    connection = None
                    await asyncio.sleep(_RETRY_AFTER)
        finally:
            await hang_up(connection)

    async def _notify(self, connection: Connection) -> None:
        """Send what was rung; without any, ask each few seconds whether the connection lives."""
        await rung(self._something, 5.0)
        self._something.clear()
        names, self._unsent = self._unsent, set()
        payload = "\n".join(sorted(names))
        if len(payload.encode()) > _LONGEST_PAYLOAD:
            payload = _EVERYONE
        if payload:
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)
        elif connection.is_closed():
            raise OSError("the bell's connection is closed")
