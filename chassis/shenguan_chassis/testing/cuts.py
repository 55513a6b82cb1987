"""How is a process killed between any two steps? A knife counts its statements and bus calls and cuts at the n-th.

Cut *before*, nothing of the step happened; cut *after*, all of it did and nobody was told; cut *half*, the bus took the
first half of what was published. From then on the process is dead: its connections are gone and every step raises
`Killed`, which no `except Exception` holds up. What it left behind is what kill -9 leaves.
"""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

import asyncpg

from .. import db
from ..bus.port import Bus, Member, Outcome, Received, Record

T = TypeVar("T")
Step = Callable[[], Awaitable[T]]


class Killed(BaseException):
    """The process is dead."""


class Side(StrEnum):
    """On which side of the step the process dies."""

    BEFORE = "before"
    HALF = "half"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Cut:
    """Where to cut: at the n-th step, on one of its sides."""

    at: int
    side: Side


@dataclass(slots=True)
class Knife:
    """Counts the steps of one process; without a cut it only counts."""

    cut: Cut | None = None
    steps: list[str] = field(default_factory=list)
    dead: bool = False
    _hold: list[asyncpg.Connection] = field(default_factory=list)

    async def step(self, what: str, do: Step[T], half: Step[Any] | None = None) -> T:
        """Do one step, or die at it; `half` does half of it."""
        if self.dead:
            raise Killed
        self.steps.append(what)
        if self.cut is None or len(self.steps) != self.cut.at:
            return await do()
        if self.cut.side is Side.AFTER:
            await do()
        elif self.cut.side is Side.HALF and half is not None:
            await half()
        self.kill()
        raise Killed

    def kill(self) -> None:
        """Die: whatever is open is gone."""
        self.dead = True
        for connection in self._hold:
            if not connection.is_closed():
                connection.terminate()

    def hold(self, connection: CutConnection) -> None:
        """Let a connection be the process's own."""
        connection.knife = self
        self._hold.append(connection)


class CutConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A connection of which every statement, BEGIN and COMMIT included, is a step."""

    knife: Knife | None = None

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:  # noqa: ASYNC109 - the signature is asyncpg's
        """As asyncpg's."""
        run = super().execute
        if self.knife is None or args:
            status: str = await run(query, *args, timeout=timeout)
            return status
        return await self.knife.step(_first_words(query), lambda: run(query, timeout=timeout))

    async def _execute(self, query: str, *args: Any, **options: Any) -> Any:
        run = super()._execute
        if self.knife is None:
            return await run(query, *args, **options)
        return await self.knife.step(_first_words(query), lambda: run(query, *args, **options))


def _first_words(query: str) -> str:
    return " ".join(query.split()[:6])


def connecting(dsn: str, knife: Knife) -> Callable[[], Awaitable[asyncpg.Connection]]:
    """How a process with this knife opens a connection."""

    async def connect() -> asyncpg.Connection:
        connection = await db.connect(dsn, CutConnection)
        knife.hold(connection)
        return connection

    return lambda: knife.step("connect", connect)


class CutBus:
    """A bus of which every call is a step."""

    def __init__(self, bus: Bus, knife: Knife) -> None:
        self._bus = bus
        self._knife = knife

    async def publish(self, records: Sequence[Record]) -> list[Outcome]:
        """As the port's; cut in half, the bus has taken the first half of the records."""
        half = records[: len(records) // 2]
        return await self._knife.step("publish", lambda: self._bus.publish(records), lambda: self._bus.publish(half))

    @asynccontextmanager
    async def join(self, group: str, topics: Sequence[str], *, instance: str | None = None) -> AsyncIterator[Member]:
        """As the port's."""
        async with self._bus.join(group, topics, instance=instance) as member:
            yield CutMember(member, self._knife)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bus, name)


class CutMember:
    """A member of which every take and every done is a step."""

    def __init__(self, member: Member, knife: Knife) -> None:
        self._member = member
        self._knife = knife

    async def take(self, most: int = 500, wait: float = 1.0) -> Sequence[Received]:
        """As the port's."""
        return await self._knife.step("take", lambda: self._member.take(most, wait))

    async def done(self, taken: Sequence[Received]) -> None:
        """As the port's."""
        await self._knife.step("done", lambda: self._member.done(taken))

    def doubt(self) -> bool:
        """As the port's."""
        return self._member.doubt()


def every_cut(steps: Sequence[str]) -> list[Cut]:
    """Every step that was counted, on each side of it."""
    cuts = [Cut(at, side) for at in range(1, len(steps) + 1) for side in (Side.BEFORE, Side.AFTER)]
    return cuts + [Cut(at, Side.HALF) for at, what in enumerate(steps, 1) if what == "publish"]


def some_cuts(steps: Sequence[str], how_many: int) -> tuple[int, list[Cut]]:
    """A sample that rotates by the day, or as SHENGUAN_SEED says; returns the seed with it."""
    seed = int(os.environ.get("SHENGUAN_SEED") or datetime.now(UTC).toordinal())
    cuts = every_cut(steps)
    return seed, random.Random(seed).sample(cuts, min(how_many, len(cuts)))
