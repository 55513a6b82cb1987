"""The embedded PostgreSQL: what a newcomer starts, and what survives a kill -9."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest

from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.postgres_process import PostgresNotStarted, running_postmaster
from shenguan_chassis.testing.postgres import Databases
from shenguan_chassis.testing.processes import until

pytestmark = pytest.mark.slow


@pytest.fixture
def state_dir() -> Iterator[Path]:
    with TemporaryDirectory(prefix="shenguan-test-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "state"


async def rows_of(dsn: str) -> list[int]:
    connection = await asyncpg.connect(dsn)
    try:
        return [row["x"] for row in await connection.fetch("SELECT x FROM t ORDER BY x")]
    finally:
        await connection.close()


async def write(dsn: str, x: int) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS t (x int)")
        await connection.execute("INSERT INTO t VALUES ($1)", x)
    finally:
        await connection.close()


async def test_what_was_committed_is_there_after_the_postmaster_was_killed(state_dir: Path) -> None:
    with EmbeddedPostgres(state_dir) as first:
        dsn = await first.create_database("approval", "approval")
        await write(dsn, 1)
        os.kill(first.pid, signal.SIGKILL)

    with EmbeddedPostgres(state_dir) as second:
        rows = await rows_of(second.dsn("approval", "approval"))

    assert rows == [1]


async def test_a_server_that_ends_before_its_time_is_started_again_by_its_keeper(state_dir: Path) -> None:
    with EmbeddedPostgres(state_dir) as server:
        leaving = asyncio.Event()
        keeper = asyncio.create_task(server.outlive(leaving))
        await write(server.dsn(), 1)
        killed = server.pid

        os.kill(killed, signal.SIGKILL)

        await until(lambda: rows_again(server.dsn()))
        assert server.pid != killed
        leaving.set()
        await keeper


async def rows_again(dsn: str) -> list[int]:
    """The rows, or none while the server is not back."""
    try:
        return await rows_of(dsn)
    except (OSError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError):
        return []


def leave_an_orphan(state_dir: Path) -> int:
    program = "import sys, pathlib; from shenguan_chassis.embedded_postgres import EmbeddedPostgres as E;"
    program += "e = E(pathlib.Path(sys.argv[1])); e.start(); print(e.pid, flush=True); input()"
    command = [sys.executable, "-c", program, str(state_dir)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as launcher:
        assert launcher.stdout is not None
        orphan = int(launcher.stdout.readline())
        launcher.kill()
    return orphan


async def test_a_server_orphaned_by_a_killed_program_is_taken_over(state_dir: Path) -> None:
    orphan = leave_an_orphan(state_dir)

    with EmbeddedPostgres(state_dir) as server:
        await write(server.dsn(), 1)

        assert await rows_of(server.dsn()) == [1]
        assert running_postmaster(server.data) == server.pid != orphan


def test_a_second_program_with_the_same_state_is_told_so(state_dir: Path) -> None:
    with EmbeddedPostgres(state_dir):
        with pytest.raises(PostgresNotStarted) as refused:
            EmbeddedPostgres(state_dir).start()

        assert refused.value.code == "state_dir_in_use"


async def test_a_stale_note_that_names_a_living_stranger_does_not_stop_the_start(state_dir: Path) -> None:
    with EmbeddedPostgres(state_dir) as first:
        data = first.data
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n0\n5432\n\n\n0 0\nready\n")

    with EmbeddedPostgres(state_dir) as second:
        await write(second.dsn(), 1)

        assert await rows_of(second.dsn()) == [1]


async def test_an_initialisation_cut_short_is_begun_anew(state_dir: Path) -> None:
    (state_dir / "data.new").mkdir(parents=True)
    (state_dir / "data.new" / "PG_VERSION").write_text("18")

    with EmbeddedPostgres(state_dir) as server:
        await write(server.dsn(), 1)

        assert await rows_of(server.dsn()) == [1]


async def test_a_service_cannot_enter_the_database_of_another(state_dir: Path) -> None:
    with EmbeddedPostgres(state_dir, durable=False) as server:
        await server.create_database("approval", "approval")
        await server.create_database("expert", "expert")

        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(server.dsn("approval", "expert"))


async def test_a_wrong_password_is_refused(state_dir: Path) -> None:
    with EmbeddedPostgres(state_dir, durable=False) as server:
        dsn = server.dsn().replace(server.password_of("postgres"), "guessed")

        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(dsn)


async def test_a_state_directory_deep_down_still_has_a_socket(state_dir: Path) -> None:
    with EmbeddedPostgres(state_dir / ("deep" * 25), durable=False) as server:
        await write(server.dsn(), 1)

        assert await rows_of(server.dsn()) == [1]


async def test_a_fresh_database_is_a_clone_of_the_migrated_template(databases: Databases) -> None:
    migrated = []

    async def migrate(dsn: str) -> None:
        migrated.append(dsn)
        await write(dsn, 1)

    first = await databases.fresh("cloned", migrate)
    second = await databases.fresh("cloned", migrate)
    await write(first, 2)

    assert (await rows_of(first), await rows_of(second)) == ([1, 2], [1])
    assert len(migrated) == 1
