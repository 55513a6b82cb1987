"""How does a test take what a bus has, and watch several members at once?"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from shenguan_chassis.bus.port import Acked, Bus, Member, NotSent, Reader, Received, Record
from shenguan_chassis.waiting import rung

Opener = Callable[[], Awaitable[Bus]]
"""Opens one more bus object: one more process, as far as the bus can tell."""


async def publish_all(bus: Bus, records: Sequence[Record]) -> None:
    """Publish, and insist that all is on the bus."""
    outcomes = await bus.publish(records)
    failed = [outcome for outcome in outcomes if not isinstance(outcome, Acked)]
    if failed:
        raise AssertionError(f"{len(failed)} not sent: {failed[0]}")


async def until_sent(bus: Bus, records: Sequence[Record], within: float = 30.0) -> None:
    """Publish again and again, as the relay does, until all is on the bus."""
    async with asyncio.timeout(within):
        left = list(records)
        while left:
            outcomes = await bus.publish(left)
            left = [record for record, outcome in zip(left, outcomes, strict=True) if isinstance(outcome, NotSent)]
            await asyncio.sleep(0.05 if left else 0)


async def take_until(reader: Reader, values: Iterable[bytes], within: float = 30.0) -> list[Received]:
    """Take until all these values came; raises `TimeoutError` naming how many did not."""
    missing, taken = set(values), list[Received]()
    deadline = time.monotonic() + within
    while missing:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(missing)} values did not come, {len(taken)} records did")
        for record in await reader.take(wait=0.3):
            taken.append(record)
            missing.discard(record.value)
    return taken


async def nothing_comes(reader: Reader, within: float = 1.0) -> bool:
    """Tell whether there is nothing to take, having looked for that long."""
    return not await reader.take(wait=within)


async def settled(member: Member, within: float = 30.0) -> None:
    """Wait until a member has its first partitions and has said its first doubt."""
    deadline = time.monotonic() + within
    while not member.doubt():
        if time.monotonic() > deadline:
            raise TimeoutError("the member got no partition")
        await asyncio.sleep(0.02)


@dataclass(slots=True)
class Crowd:
    """Members of one group: what each did, and whether two ever held one partition at once."""

    group: str
    topic: str
    did: dict[str, list[Received]] = field(default_factory=dict)
    conflicts: list[tuple[str, str, int]] = field(default_factory=list)
    _in_hand: dict[int, str] = field(default_factory=dict)
    _values: set[bytes] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def member(self, bus: Bus, name: str) -> AsyncIterator[None]:
        """Let a member work while the context lasts; on leaving it finishes what it has in hand."""
        leaving, joined = asyncio.Event(), asyncio.Event()
        work = asyncio.create_task(self._work(bus, name, joined, leaving))
        await asyncio.wait([work, asyncio.create_task(joined.wait())], return_when=asyncio.FIRST_COMPLETED)
        try:
            yield
        finally:
            leaving.set()
            await work

    def values(self) -> set[bytes]:
        """All that took effect anywhere."""
        return self._values

    async def until(self, values: Iterable[bytes], within: float = 40.0) -> None:
        """Wait until all these took effect somewhere."""
        wanted = set(values)
        if not await self._come_to(lambda: wanted <= self.values(), within):
            raise TimeoutError(f"{len(wanted - self.values())} values took no effect")

    async def until_more_than(self, count: int, within: float = 40.0) -> None:
        """Wait until more than so many values took effect."""
        if not await self._come_to(lambda: len(self.values()) > count, within):
            raise TimeoutError(f"only {len(self.values())} values took effect")

    async def _come_to(self, holds: Callable[[], bool], within: float) -> bool:
        deadline = time.monotonic() + within
        while not holds():
            if time.monotonic() > deadline:
                return False
            self._news.clear()
            await rung(self._news, 0.5)
        return True

    async def _work(self, bus: Bus, name: str, joined: asyncio.Event, leaving: asyncio.Event) -> None:
        self.did.setdefault(name, [])
        async with bus.join(self.group, [self.topic]) as member:
            joined.set()
            while not leaving.is_set():
                taken = await member.take(most=20, wait=0.2)
                parts = {record.partition for record in taken}
                self._hold(name, parts)
                await asyncio.sleep(0.002)  # the work
                await member.done(taken)
                self.did[name] += taken
                self._values.update(record.value for record in taken)
                for part in parts:
                    self._in_hand.pop(part, None)
                self._news.set()

    def _hold(self, name: str, parts: set[int]) -> None:
        for part in parts:
            other = self._in_hand.setdefault(part, name)
            if other != name:
                self.conflicts.append((other, name, part))
