"""How does a member of a group read the embedded log, whatever happens to its connection?"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from shenguan_chassis.bus import embedded_sql as sql
from shenguan_chassis.bus.embedded_bell import Bell
from shenguan_chassis.bus.embedded_leases import Lease, Leases
from shenguan_chassis.bus.embedded_link import LINK_ERRORS, Connection, connect, hang_up
from shenguan_chassis.bus.embedded_records import received
from shenguan_chassis.bus.port import Received
from shenguan_chassis.waiting import ended, rung

_BEAT = 2.0
_SESSION = {
    # A frozen member loses its session, and with it its leases, after five beats missed.
    "idle_session_timeout": "10s",
    "transaction_timeout": "10s",
    # A position lost in a power cut repeats records, which is lawful.
    "synchronous_commit": "off",
}


class EmbeddedMember:
    """One member: a connection that holds the leases, and a task that balances them every two seconds.

    A lost connection is built anew, with new leases; what was taken on the old one and not done comes again.
    """

    def __init__(self, dsn: str, bell: Bell, group: str, topics: Sequence[str], instance: str) -> None:
        self._dsn = dsn
        self._bell = bell
        self._group = group
        self._topics = tuple(topics)
        self._instance = instance
        self._turn = asyncio.Lock()
        self._db: Connection | None = None
        self._leases: Leases | None = None
        self._doubt = False
        self._rebalance = asyncio.Event()
        self._more = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def enter(self) -> None:
        """Connect and take a first share. Raises what the database raises."""
        async with self._turn:
            await self._beat()
        self._keeper = asyncio.create_task(self._keep(), name=f"bus member of {self._group}")

    async def leave(self) -> None:
        """Give everything up at once."""
        if self._keeper is not None:
            await ended(self._keeper)
        async with self._turn:
            if self._leases is not None:
                with suppress(*LINK_ERRORS):
                    await self._leases.leave()
            await self._hang_up()
        self._bell.ring([self._group_bell])

    async def _keep(self) -> None:
        """Balance at once when the group changes and at each beat anyway; runs until cancelled."""
        with self._bell.hear([self._group_bell]) as ear:
            self._rebalance = ear
            while True:
                await rung(ear, _BEAT)
                ear.clear()
                async with self._turn:
                    with suppress(*LINK_ERRORS):
                        await self._beat()

    async def take(self, most: int = 500, wait: float = 1.0) -> Sequence[Received]:
        """See `port.Reader.take`."""
        deadline = time.monotonic() + wait
        with self._bell.hear(self._topics) as self._more:
            while True:
                self._more.clear()
                if self._keeper is not None and self._keeper.done():
                    self._keeper.result()
                taken = await self._read(most)
                if taken:
                    return taken
                left = deadline - time.monotonic()
                if left <= 0 or not (await rung(self._more, min(left, _BEAT)) or left > _BEAT):
                    return []

    async def done(self, taken: Sequence[Received]) -> None:
        """See `port.Member.done`."""
        last = {(record.topic, record.partition): record.offset + 1 for record in taken}
        async with self._turn:
            leases = self._leases
            if leases is None or self._db is None:
                return
            moved = [(leases.held[place], at) for place, at in last.items() if place in leases.held]
            if not moved:
                return
            with suppress(*LINK_ERRORS):
                await self._db.execute(sql.DONE, [lease.number for lease, _ in moved], [at for _, at in moved])
            for lease, at in moved:
                lease.done = max(lease.done, at)
            if any(lease.until is not None for lease, _ in moved):
                self._rebalance.set()

    def doubt(self) -> bool:
        """See `port.Member.doubt`."""
        doubt, self._doubt = self._doubt, False
        return doubt

    @property
    def _group_bell(self) -> str:
        return f"group {self._group}"

    async def _beat(self) -> None:
        """Connect if need be, and balance; when the connection breaks, nothing is ours any more."""
        try:
            if self._leases is None:
                self._leases = await self._connected()
                self._bell.ring([self._group_bell])
            if await self._leases.balance():
                self._bell.ring([self._group_bell])
                self._more.set()
            self._note_doubt(self._leases)
        except BaseException:
            await self._hang_up()
            raise

    async def _connected(self) -> Leases:
        self._db = await connect(self._dsn, **_SESSION)
        leases = Leases(self._db, self._group, self._topics, self._instance)
        await leases.enter()
        return leases

    async def _hang_up(self) -> None:
        connection, self._db, self._leases = self._db, None, None
        await hang_up(connection)

    async def _read(self, most: int) -> list[Received]:
        async with self._turn:
            if self._leases is None or self._db is None:
                return []
            leases = [lease for lease in self._leases.held.values() if lease.until is None]
            if not leases:
                return []
            try:
                return await self._read_from(self._db, leases, most)
            except LINK_ERRORS:
                await self._hang_up()
                self._rebalance.set()
                return []

    async def _read_from(self, db: Connection, leases: list[Lease], most: int) -> list[Received]:
        rows = await db.fetch(sql.READ, *_cursors(leases), most)
        by_place = {(lease.topic_number, lease.part): lease for lease in leases}
        taken = []
        for row in rows:
            lease = by_place[row["topic"], row["part"]]
            self._doubt = self._doubt or row["off"] != lease.cursor
            lease.cursor = row["off"] + 1
            taken.append(received(lease.topic, row))
        if taken and self._leases is not None:
            # The partition read last goes to the end of the queue: a busy one starves no other.
            self._leases.held[taken[-1].topic, taken[-1].partition] = self._leases.held.pop(
                (taken[-1].topic, taken[-1].partition)
            )
        return taken

    def _note_doubt(self, leases: Leases) -> None:
        self._doubt = self._doubt or leases.changed
        leases.changed = False


def _cursors(leases: Sequence[Lease]) -> tuple[list[int], list[int], list[int]]:
    return (
        [lease.topic_number for lease in leases],
        [lease.part for lease in leases],
        [lease.cursor for lease in leases],
    )
