"""What is the bus without Kafka? A durable log in a PostgreSQL database, with Kafka's promises (see `port`)."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import asyncpg

from shenguan_chassis.bus import embedded_sql as sql
from shenguan_chassis.bus.admission import Call, Shape
from shenguan_chassis.bus.embedded_bell import Bell
from shenguan_chassis.bus.embedded_link import ANSWER_WITHIN, LINK_ERRORS, bus_errors
from shenguan_chassis.bus.embedded_member import EmbeddedMember
from shenguan_chassis.bus.embedded_records import Columns
from shenguan_chassis.bus.embedded_tail import EmbeddedTail
from shenguan_chassis.bus.port import (
    Acked,
    BusUnavailable,
    GroupNotEmpty,
    Member,
    NotSent,
    Offsets,
    Outcome,
    Reader,
    Record,
    Topic,
    UnknownTopic,
    size_of,
)
from shenguan_chassis.db import leave_as_is
from shenguan_chassis.waiting import ended

_APPEND_AT_MOST = 2_000
_APPEND_BYTES = 8_000_000
_PRUNE_EVERY = 60.0
_PRUNE_AT_MOST = 5_000


class EmbeddedBus:
    """The log in the database that `dsn` names; its tables lie in the schema `bus`."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._bell = Bell(dsn)
        self._pool: Any = None
        self._shapes: dict[str, Shape] = {}
        self._janitor: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """See `port.Bus.open`."""
        with bus_errors():
            self._pool = await asyncpg.create_pool(
                self._dsn,
                min_size=0,
                max_size=4,
                max_inactive_connection_lifetime=10.0,
                timeout=5.0,
                command_timeout=ANSWER_WITHIN,
                reset=leave_as_is,
                server_settings={"application_name": "shenguan bus", "lock_timeout": "5s", "jit": "off"},
            )
            await self._pool.execute(sql.SETUP)
            await self._bell.open()
        self._janitor = asyncio.create_task(self._keep_house(), name="bus retention")

    async def close(self) -> None:
        """See `port.Bus.close`."""
        if self._janitor is not None:
            await ended(self._janitor)
            self._janitor = None
        await self._bell.close()
        pool, self._pool = self._pool, None
        if pool is not None:
            try:
                async with asyncio.timeout(2.0):
                    await pool.close()
            except LINK_ERRORS:
                pool.terminate()

    async def declare(self, topics: Sequence[Topic]) -> None:
        """See `port.Bus.declare`."""
        with bus_errors():
            async with self._connections().acquire() as connection, connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock($1, 0)", sql.SETUP_LOCK)
                for topic in topics:
                    number = await connection.fetchval(sql.DECLARE_TOPIC, topic.name, topic.max_bytes, topic.keep_for)
                    await connection.execute(sql.DECLARE_PARTITIONS, number, topic.partitions)
            await self._learn_shapes()

    async def publish(self, records: Sequence[Record]) -> list[Outcome]:
        """See `port.Bus.publish`. The calls' records are appended in a few transactions, one after the other."""
        call = Call(records)
        if any(record.topic not in self._shapes for record in records):
            with suppress(BusUnavailable), bus_errors():
                await self._learn_shapes()
        for indexes in _in_portions(records, call.admit(self._shapes)):
            outcome = await self._append([records[index] for index in indexes])
            call.settle(indexes, outcome)
            if isinstance(outcome, NotSent):
                break
        return call.in_order()

    @asynccontextmanager
    async def join(self, group: str, topics: Sequence[str], *, instance: str | None = None) -> AsyncIterator[Member]:
        """See `port.Bus.join`. An `instance` keeps its place in the order in which partitions are dealt."""
        await self._check_known(topics)
        member = EmbeddedMember(self._dsn, self._bell, group, topics, instance or uuid.uuid4().hex)
        with bus_errors():
            await member.enter()
        try:
            yield member
        finally:
            await member.leave()

    @asynccontextmanager
    async def tail(self, topics: Sequence[str], *, from_beginning: bool = False) -> AsyncIterator[Reader]:
        """See `port.Bus.tail`."""
        await self._check_known(topics)
        tail = EmbeddedTail(self._connections().fetch, self._bell, topics)
        with bus_errors():
            await tail.begin("low" if from_beginning else "next")
        yield tail

    async def ends(self, topics: Sequence[str]) -> Offsets:
        """See `port.Bus.ends`."""
        await self._check_known(topics)
        with bus_errors():
            rows = await self._connections().fetch(sql.COUNTERS, list(topics))
        return {(row["name"], row["part"]): row["next"] for row in rows}

    async def positions(self, group: str, topics: Sequence[str]) -> Offsets:
        """See `port.Bus.positions`."""
        with bus_errors():
            rows = await self._connections().fetch(sql.POSITIONS, group, list(topics))
        return {(row["name"], row["part"]): row["next"] for row in rows}

    async def rewind(self, group: str, topics: Sequence[str]) -> None:
        """See `port.Bus.rewind`."""
        with bus_errors():
            members = await self._connections().fetch(sql.MEMBERS, group)
            if any(member["lives"] for member in members):
                raise GroupNotEmpty(f"the group {group} has members")
            await self._connections().execute(sql.REWIND, group, list(topics))

    async def now(self) -> datetime:
        """See `port.Bus.now`."""
        with bus_errors():
            found: datetime = await self._connections().fetchval("SELECT clock_timestamp()", timeout=3.0)
        return found

    async def ping(self) -> None:
        """See `port.Bus.ping`."""
        with bus_errors():
            await self._connections().fetchval("SELECT 1", timeout=3.0)

    async def prune(self) -> None:
        """Delete what is older than its topic's `keep_for`; done each minute by one of those who have the bus open."""
        async with self._connections().acquire() as connection:
            for topic, part in await connection.fetch(sql.OUTDATED):
                while await connection.fetchval(sql.PRUNE, topic, part, _PRUNE_AT_MOST) == _PRUNE_AT_MOST:
                    pass

    async def _append(self, records: list[Record]) -> Outcome:
        if self._pool is None:
            return NotSent("the bus is not open")
        try:
            await self._pool.execute(sql.APPEND, *Columns.of(records, self._shapes).arguments())
        except LINK_ERRORS as error:
            return NotSent(f"{type(error).__name__}: {error}")
        self._bell.ring({record.topic for record in records})
        return Acked()

    async def _learn_shapes(self) -> None:
        rows = await self._connections().fetch(sql.SHAPES)
        self._shapes = {row["name"]: Shape(row["partitions"], row["max_bytes"], row["number"]) for row in rows}

    async def _check_known(self, topics: Sequence[str]) -> None:
        if any(topic not in self._shapes for topic in topics):
            with bus_errors():
                await self._learn_shapes()
        for topic in topics:
            if topic not in self._shapes:
                raise UnknownTopic(f"nobody declared the topic {topic}")

    def _connections(self) -> Any:
        if self._pool is None:
            raise BusUnavailable("the bus is not open")
        return self._pool

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(_PRUNE_EVERY)
            with suppress(*LINK_ERRORS):
                await self._learn_shapes()
                await self.prune()


def _in_portions(records: Sequence[Record], indexes: Sequence[int]) -> Iterator[list[int]]:
    """Cut a long call into transactions of a size that neither memory nor the write-ahead log minds."""
    portion: list[int] = []
    weight = 0
    for index in indexes:
        portion.append(index)
        weight += size_of(records[index])
        if len(portion) >= _APPEND_AT_MOST or weight >= _APPEND_BYTES:
            yield portion
            portion, weight = [], 0
    if portion:
        yield portion
