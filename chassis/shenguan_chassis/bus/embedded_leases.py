"""Which partitions does one member own? Those whose session advisory lock its connection holds: never two owners.

Every member works out the same shares from who is alive, gives up what is not its share once its taken records are
done, and takes what is free. A dead member's connection ends and with it its locks; a frozen one is cut off by
`idle_session_timeout`.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from shenguan_chassis.bus import embedded_sql as sql
from shenguan_chassis.bus.embedded_link import Connection

_GIVE_UP_WITHIN = 10.0

Place = tuple[str, int]
"""Topic and partition."""


@dataclass(slots=True)
class Lease:
    """One partition that is ours: `cursor` is read next, `done` is committed, `until` ends the grace of giving up."""

    topic: str
    topic_number: int
    part: int
    number: int
    cursor: int
    done: int
    until: float | None = None

    def settled(self) -> bool:
        """All that was taken is done, or has had its time."""
        return self.done >= self.cursor or (self.until is not None and time.monotonic() > self.until)


class Leases:
    """What one member of a group owns on one connection. Not safe for concurrent use: the member takes turns."""

    def __init__(self, connection: Connection, group: str, topics: Sequence[str], instance: str) -> None:
        self._db = connection
        self._group = group
        self._topics = list(topics)
        self._instance = instance
        self._number = 0
        self.held: dict[Place, Lease] = {}
        self.changed = False
        """True once records may be missing: a partition was gained, or an offset lies outside the log."""

    async def enter(self) -> None:
        """Make ourselves known to the group."""
        self._number = await self._db.fetchval(sql.ENTER, self._group, self._instance)

    async def leave(self) -> None:
        """Say farewell; the locks end with the connection."""
        await self._db.execute(sql.LEAVE, self._number)

    async def balance(self) -> bool:
        """Give up and take partitions according to our share; tells whether anything moved."""
        places = await self._places()
        share = await self._share(list(places))
        await self._check_cursors(places)
        freed = await self._give_up(self.held.keys() - share)
        gained = await self._gain([places[place] for place in share if place not in self.held])
        return freed or gained

    async def _places(self) -> dict[Place, Any]:
        rows = await self._db.fetch(sql.LEASES, self._group, self._topics)
        if any(row["lease"] is None for row in rows):
            await self._db.execute(sql.NEW_LEASES, self._group, self._topics)
            rows = await self._db.fetch(sql.LEASES, self._group, self._topics)
        return {(row["name"], row["part"]): row for row in rows}

    async def _share(self, places: Sequence[Place]) -> set[Place]:
        """Deal the partitions to the living like cards. All see the same members, so all deal the same."""
        members = await self._db.fetch(sql.MEMBERS, self._group)
        for dead in [row["number"] for row in members if not row["lives"]]:
            await self._db.execute(sql.LEAVE, dead)
        living = sorted((row["instance"], row["number"]) for row in members if row["lives"])
        if (self._instance, self._number) not in living:
            raise ConnectionResetError("the group forgot this member: the database was set back")
        mine = living.index((self._instance, self._number))
        return set(places[mine :: len(living)])

    async def _check_cursors(self, places: dict[Place, Any]) -> None:
        """A cursor beyond the end: the log lost its tail, and what remains is read again (Kafka: out of range)."""
        beyond = [lease for place, lease in self.held.items() if lease.cursor > places[place]["end"]]
        if beyond:
            starts = await self._starts([lease.number for lease in beyond])
            for lease in beyond:
                lease.cursor = lease.done = starts[lease.number]
            self.changed = True

    async def _give_up(self, surplus: Iterable[Place]) -> bool:
        for place in surplus:
            lease = self.held[place]
            lease.until = lease.until or time.monotonic() + _GIVE_UP_WITHIN
        ready = [lease for lease in self.held.values() if lease.until is not None and lease.settled()]
        if ready:
            await self._db.execute(sql.FREE_LEASES, [lease.number for lease in ready])
        for lease in ready:
            del self.held[lease.topic, lease.part]
        return bool(ready)

    async def _gain(self, missing: Sequence[Any]) -> bool:
        if not missing:
            return False
        locked = await self._db.fetch(sql.LOCK_LEASES, [row["lease"] for row in missing])
        mine = {row["n"] for row in locked if row["mine"]}
        # Read after the lock is ours: the owner before may have moved the position until it let go.
        starts = await self._starts(list(mine))
        for row in missing:
            if row["lease"] in starts:
                start = starts[row["lease"]]
                lease = Lease(row["name"], row["topic"], row["part"], row["lease"], cursor=start, done=start)
                self.held[lease.topic, lease.part] = lease
        self.changed = self.changed or bool(starts)
        return bool(starts)

    async def _starts(self, numbers: list[int]) -> dict[int, int]:
        return {row["lease"]: row["start"] for row in await self._db.fetch(sql.STARTS, numbers)}
