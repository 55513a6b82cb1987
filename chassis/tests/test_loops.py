"""Does background work go on whatever fails, and end when it is told to?"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from shenguan_chassis.loops import Bell, Loops

pytestmark = pytest.mark.slow


async def test_a_bell_rung_while_its_sleeper_is_cancelled_does_not_keep_it_alive() -> None:
    for _ in range(200):
        bell = Bell()

        async def sleeper(bell: Bell = bell) -> None:
            while True:
                await bell.wait(60)

        task = asyncio.create_task(sleeper())
        await asyncio.sleep(0)

        bell.ring()
        task.cancel()
        await asyncio.wait({task}, timeout=1)

        assert task.done()


async def test_work_that_swallows_a_cancellation_is_ended_all_the_same() -> None:
    loops, begun = Loops("test"), asyncio.Event()

    async def stubborn() -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    loops.start("stubborn", stubborn)
    await begun.wait()

    async with asyncio.timeout(10):
        await loops.stop()


async def test_work_that_failed_runs_again() -> None:
    loops, again = Loops("test"), asyncio.Event()
    tries: list[int] = []

    async def fails_once() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ConnectionError
        again.set()

    loops.start("work", fails_once)

    async with asyncio.timeout(10):
        await again.wait()
    await loops.stop()
    assert loops.failing == {}


async def test_whoever_makes_work_ends_before_who_does_it() -> None:
    loops, ended, stop = Loops("test"), [], asyncio.Event()

    async def does() -> None:
        await stop.wait()
        ended.append("does")

    async def makes() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("makes")

    loops.start("does", does, stop.set)
    loops.start("makes", makes)
    await asyncio.sleep(0)

    await loops.stop()

    assert ended == ["makes", "does"]


async def test_a_bell_wakes_its_sleeper_no_sooner_than_it_may() -> None:
    bell, now = Bell(), asyncio.get_running_loop().time
    bell.apart = 0.05
    bell.ring()
    await bell.wait(60)
    woken = now()

    bell.ring()
    bell.ring()

    assert await bell.wait(60)
    assert now() - woken >= 0.049
    assert not bell.rung()
