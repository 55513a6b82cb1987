"""A database is current by what Alembic noted, by what that rests on, or when a newer edition was there."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from shenguan_chassis.migrating import is_current, migrate
from shenguan_chassis.testing.postgres import Databases

REVISION = """
from alembic import op
revision, down_revision, branch_labels, depends_on = {name!r}, {before!r}, {labels!r}, {rests_on!r}
def upgrade() -> None:
    op.execute("CREATE TABLE {name} ()")
"""


def write(folder: Path, name: str, before: str | None = None) -> None:
    rests_on = None if before else "chassis_0001"
    text = REVISION.format(name=name, before=before, labels=None if before else ("own",), rests_on=rests_on)
    (folder / f"{name}.py").write_text(text)


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    write(tmp_path, "own_1")
    return tmp_path


@pytest.fixture
async def dsn(databases: Databases) -> str:
    return await databases.fresh("bare")


async def test_an_empty_database_is_not_current(dsn: str, versions: Path) -> None:
    assert not await is_current(dsn, versions)


async def test_a_migrated_database_is_current_though_the_chassis_is_only_rested_on(dsn: str, versions: Path) -> None:
    await migrate(dsn, versions)

    assert await is_current(dsn, versions)


async def test_a_database_of_the_edition_before_is_not_current_until_it_is_migrated(dsn: str, versions: Path) -> None:
    await migrate(dsn, versions)
    write(versions, "own_2", before="own_1")

    assert not await is_current(dsn, versions)
    await migrate(dsn, versions)
    assert await is_current(dsn, versions)


async def test_the_old_edition_still_starts_on_what_a_newer_one_expanded(dsn: str, versions: Path) -> None:
    await migrate(dsn, versions)
    connection = await asyncpg.connect(dsn)
    await connection.execute("UPDATE alembic_version SET version_num = version_num || '_of_next_year'")
    await connection.close()

    assert await is_current(dsn, versions)
