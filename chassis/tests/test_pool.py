"""What does the pool promise to those who ask it for a connection?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from shenguan_chassis import db
from shenguan_chassis.limits import Limits
from shenguan_chassis.pool import NoConnectionFree, PatientPool
from shenguan_chassis.testing.postgres import Databases

_WHO = "SELECT pg_backend_pid()"
_SLEEPERS = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND wait_event = 'PgSleep'"


async def nothing(_: str) -> None:
    """A database without tables."""


@pytest.fixture
async def pool(databases: Databases) -> AsyncIterator[PatientPool]:
    made = await db.pool(
        await databases.fresh("pool", nothing), most=2, name="pool", limits=Limits.model_construct(pool_seconds=0.2)
    )
    yield made
    await made.close()


async def test_whoever_asks_gets_the_connection_that_was_just_used(pool: PatientPool) -> None:
    async with pool.acquire() as first, pool.acquire() as second:
        pids = [await first.fetchval(_WHO), await second.fetchval(_WHO)]

    assert [await pool.fetchval(_WHO) for _ in range(3)] == [pids[0]] * 3


async def test_who_finds_none_free_waits_and_then_is_told_to_come_again(pool: PatientPool) -> None:
    async with pool.acquire(), pool.acquire():
        with pytest.raises(NoConnectionFree):
            async with pool.acquire():
                pass


async def test_who_waits_gets_what_comes_back_first(pool: PatientPool) -> None:
    async with pool.acquire() as kept:
        async with pool.acquire() as lent:
            pid = await lent.fetchval(_WHO)
            waiting = asyncio.create_task(pool.fetchval(_WHO))
            await asyncio.sleep(0)
        assert await waiting == pid
        assert pid != await kept.fetchval(_WHO)


async def test_a_connection_that_the_server_ended_is_not_lent_again(pool: PatientPool) -> None:
    async with pool.acquire() as killer:
        victim = await pool.fetchval(_WHO)
        await killer.execute("SELECT pg_terminate_backend($1, 5000)", victim)

        while (found := pool.at_hand()) is not None:  # until the news has come
            assert pool.hand_on(found)
            await asyncio.sleep(0)
        assert await pool.fetchval(_WHO) != victim


async def fail_midway(pool: PatientPool) -> None:
    async with pool.acquire() as connection:
        await connection.execute("BEGIN")
        raise ZeroDivisionError


async def test_a_use_that_failed_leaves_nothing_open(pool: PatientPool) -> None:
    with pytest.raises(ZeroDivisionError):
        await fail_midway(pool)

    async with pool.acquire() as one, pool.acquire() as other:
        assert not one.is_in_transaction()
        assert not other.is_in_transaction()


async def test_a_cancelled_statement_does_not_disturb_the_next_user(pool: PatientPool) -> None:
    sleeper = asyncio.create_task(pool.fetchval("SELECT pg_sleep(60)"))
    while not await pool.fetchval(_SLEEPERS):
        pass

    sleeper.cancel()
    await asyncio.wait({sleeper})

    assert await asyncio.gather(*(pool.fetchval("SELECT 1") for _ in range(4))) == [1] * 4


async def test_those_who_wait_get_their_turns_in_the_order_in_which_they_came(pool: PatientPool) -> None:
    order: list[int] = []

    async def use(number: int) -> None:
        async with pool.acquire():
            order.append(number)

    async with pool.acquire(), pool.acquire():
        waiting = [asyncio.create_task(use(number)) for number in range(20)]
        await asyncio.sleep(0)

    await asyncio.gather(*waiting)
    assert order == list(range(20))


async def test_who_waits_for_one_that_failed_gets_it_mended(pool: PatientPool) -> None:
    async with pool.acquire():
        failing = asyncio.create_task(fail_midway(pool))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(pool.fetchval("SELECT 1"))

        with pytest.raises(ZeroDivisionError):
            await failing
        assert await waiting == 1


async def test_a_turn_that_nobody_wants_any_more_goes_to_the_next(pool: PatientPool) -> None:
    for steps in range(6):
        async with pool.acquire():
            async with pool.acquire():
                leaving = asyncio.create_task(pool.fetchval("SELECT 1"))
                staying = asyncio.create_task(pool.fetchval("SELECT 2"))
                await asyncio.sleep(0)
            for _ in range(steps):  # at whichever moment it leaves
                await asyncio.sleep(0)
            leaving.cancel()

            assert await staying == 2
            await asyncio.wait({leaving})
