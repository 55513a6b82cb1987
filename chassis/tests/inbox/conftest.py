"""An ear for each test: an inbox, its database, and the records that a bus would hand over."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from shenguan_chassis.testing.ear import Ear, Hands, lay_out, reaction, write_line
from shenguan_chassis.testing.postgres import Databases
from shenguan_contracts.approval import UnlistedPowerAttempted


@pytest.fixture
async def ear(databases: Databases, tmp_path: Path) -> AsyncIterator[Ear]:
    """An inbox that writes down what it hears."""
    dsn = await databases.fresh("supervision", lambda template: lay_out(template, tmp_path))
    made = Ear(dsn, await asyncpg.connect(dsn), Hands())
    made.listens(reaction(write_line, UnlistedPowerAttempted))
    yield made
    await made.close()


@pytest.fixture
async def second(ear: Ear) -> AsyncIterator[Ear]:
    """Another member of the same service, on the same database."""
    made = Ear(ear.dsn, await asyncpg.connect(ear.dsn), ear.clock)
    made.listens(reaction(write_line, UnlistedPowerAttempted))
    yield made
    await made.close()
