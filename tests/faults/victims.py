"""How is each of them killed with `kill -9`, and started again?"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg

from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.postgres_process import running_postmaster
from shenguan_chassis.testing.kafka import NativeKafka
from shenguan_chassis.testing.processes import ServiceProcess
from tests.faults.watching import opened


async def comes_back_by_itself() -> None:
    """Nothing is to be done."""


@dataclass(frozen=True, slots=True)
class Victim:
    """What is killed and started again. Both return when it is done, not when it works again.

    `kill` is False where nothing was left to be killed: what comes back by itself may not be back yet.
    """

    kill: Callable[[], Awaitable[bool]]
    revive: Callable[[], Awaitable[None]] = comes_back_by_itself


def a_process(process: ServiceProcess) -> Victim:
    """A service, or a whole embedded district."""

    async def kill() -> bool:
        return process.running and process.end(signal.SIGKILL) is not None

    async def start() -> None:
        if not process.running:
            process.start()

    return Victim(kill, start)


def a_server(server: EmbeddedPostgres) -> Victim:
    """The postmaster of a PostgreSQL that this program has started."""

    async def restart() -> None:
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)

    return Victim(_killing_postmaster(server), restart)


def a_kept_server(server: EmbeddedPostgres) -> Victim:
    """The postmaster of a district, which starts it again."""
    return Victim(_killing_postmaster(server))


def a_district_with_its_server(district: ServiceProcess, server: EmbeddedPostgres) -> Victim:
    """Both at once: nobody is left to start anything."""
    alone = a_process(district)

    async def kill() -> bool:
        killed = await alone.kill()
        return await _killing_postmaster(server)() or killed

    return Victim(kill, alone.revive)


def a_backend(server: EmbeddedPostgres, chance: random.Random) -> Victim:
    """One client's backend: PostgreSQL then ends all others too, and recovers."""

    async def kill() -> bool:
        try:
            async with opened(server.dsn()) as connection:
                os.kill(chance.choice(await connection.fetch(_BACKENDS))["pid"], signal.SIGKILL)
        except (OSError, IndexError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True

    return Victim(kill)


def a_broker(broker: NativeKafka) -> Victim:
    """A Kafka of our own."""

    async def kill() -> bool:
        await asyncio.to_thread(broker.kill9)
        return True

    async def start() -> None:
        await asyncio.to_thread(broker.start)

    return Victim(kill, start)


def _killing_postmaster(server: EmbeddedPostgres) -> Callable[[], Awaitable[bool]]:
    async def kill() -> bool:
        pid = running_postmaster(server.data)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        return pid is not None

    return kill


_BACKENDS = """
SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid
"""
