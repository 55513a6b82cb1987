"""How does the embedded bus hold its connections to PostgreSQL, and what counts as "the bus does not answer"?"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from shenguan_chassis.bus.port import BusUnavailable

Connection = Any
"""asyncpg ships no types."""

ANSWER_WITHIN = 10.0
# InternalClientError is what asyncpg says when a connection breaks between two of its own steps.
LINK_ERRORS = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


@contextmanager
def bus_errors() -> Iterator[None]:
    """Turn what a lost or unwilling database raises into `BusUnavailable`."""
    try:
        yield
    except LINK_ERRORS as error:
        raise BusUnavailable(f"{type(error).__name__}: {error}") from error


async def connect(dsn: str, **settings: str) -> Connection:
    """Open one direct connection with these session settings."""
    named = {"application_name": "shenguan bus", **settings}
    return await asyncpg.connect(dsn, timeout=5.0, command_timeout=ANSWER_WITHIN, server_settings=named)


async def hang_up(connection: Connection | None) -> None:
    """Close a connection, politely if it still listens; its session and locks are gone afterwards."""
    if connection is None:
        return
    try:
        async with asyncio.timeout(1.0):
            await connection.close()
    except LINK_ERRORS:
        connection.terminate()
