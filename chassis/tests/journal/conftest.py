"""A database with the chassis's tables, and a journal in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from asyncpg import Connection

from shenguan_chassis import db
from shenguan_chassis.migrating import migrate
from shenguan_chassis.testing.logbook import Logbook
from shenguan_chassis.testing.postgres import Databases


@pytest.fixture
async def dsn(databases: Databases) -> str:
    return await databases.fresh("journal", lambda template: migrate(template, Path(__file__).parent / "no_migrations"))


@pytest.fixture
async def connection(dsn: str) -> AsyncIterator[Connection]:
    connection = await db.connect(dsn)
    yield connection
    await connection.close()


@pytest.fixture
def book(connection: Connection) -> Logbook:
    return Logbook(connection)
