"""Given a member of a group, when its records are taken ahead, then no time is lost to the bus, and no promise."""

from __future__ import annotations

import asyncio

import pytest

from shenguan_chassis.bus.port import Received
from shenguan_chassis.inbox.ahead import Ahead


def record(offset: int) -> Received:
    return Received("t", 0, offset, b"k", b"v", ())


class Slow:
    """A member whose bus answers only when the test lets it."""

    def __init__(self) -> None:
        self.coming: asyncio.Queue[list[Received]] = asyncio.Queue()
        self.let_tell = asyncio.Event()
        self.told: list[int] = []
        self.asked = asyncio.Semaphore(0)
        self.fails: Exception | None = None

    async def take(self, most: int = 500, wait: float = 1.0) -> list[Received]:
        self.asked.release()
        return await self.coming.get()

    async def done(self, taken) -> None:
        await self.let_tell.wait()
        if self.fails is not None:
            raise self.fails
        self.told += [one.offset for one in taken]

    def doubt(self) -> bool:
        return True


async def test_the_next_records_are_asked_for_while_the_first_take_effect() -> None:
    member, seen = Slow(), []
    await member.coming.put([record(0)])
    async with Ahead(member, seen.append) as ahead:
        first = await ahead.take()

        async with asyncio.timeout(5):
            await member.asked.acquire()
            await member.asked.acquire()

        assert [one.offset for one in first] == [0]


async def test_what_comes_next_is_shown_while_the_first_takes_effect() -> None:
    member, seen = Slow(), asyncio.Queue()
    await member.coming.put([record(0)])
    await member.coming.put([record(1)])
    async with Ahead(member, seen.put_nowait) as ahead, asyncio.timeout(5):
        first = await ahead.take()

        shown = [await seen.get(), await seen.get()]

        second = await ahead.take()

    assert (shown[0] is first, shown[1] is second) == (True, True)


async def test_a_caller_that_waits_no_longer_loses_nothing() -> None:
    member, seen = Slow(), []
    async with Ahead(member, seen.append) as ahead:
        early = await ahead.take(wait=0.01)
        await member.coming.put([record(0)])

        late = await ahead.take(wait=5)

    assert (early, [one.offset for one in late]) == ((), [0])


async def test_the_bus_is_told_in_order_and_before_the_member_leaves() -> None:
    member, seen = Slow(), []
    async with Ahead(member, seen.append) as ahead:
        await ahead.done([record(0)])
        second = asyncio.create_task(ahead.done([record(1)]))
        told_before = list(member.told)

        member.let_tell.set()
        await second

    assert (told_before, member.told) == ([], [0, 1])


async def test_a_member_that_cannot_tell_is_heard_of() -> None:
    member, seen = Slow(), []
    member.fails = ZeroDivisionError()
    member.let_tell.set()

    with pytest.raises(ZeroDivisionError):
        async with Ahead(member, seen.append) as ahead:
            await ahead.done([record(0)])
