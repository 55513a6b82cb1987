"""What if somebody goes past the doors? A login opens its own service's database and reaches nothing else."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest

from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_contracts.catalogue import SERVICES
from shenguan_launcher.district import State

pytestmark = pytest.mark.slow


@pytest.fixture
async def logins(postgres_server: EmbeddedPostgres) -> dict[str, str]:
    """The address of each service's database, with its own role, as an embedded district makes them."""
    return {name: await postgres_server.create_database(f"attacked_{name}", name) for name in SERVICES}


def _as(role_of: str, database_of: str) -> str:
    """The login of one service on the database of another."""
    head, _, rest = role_of.partition("@/")
    return f"{head}@/{database_of.partition('@/')[2].partition('?')[0]}?{rest.partition('?')[2]}"


async def test_no_service_enters_the_database_of_another(logins: dict[str, str]) -> None:
    for one, other in ((a, b) for a in logins for b in logins if a != b):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(_as(logins[one], logins[other]))


async def test_a_service_is_no_superuser_and_makes_none(logins: dict[str, str]) -> None:
    async with AsyncExitStack() as stack:
        connection = await asyncpg.connect(logins["approval"])
        stack.push_async_callback(connection.close)

        rights = await connection.fetchrow(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles"
            " WHERE rolname = current_user"
        )

        assert not any(rights.values())
        for statement in ("CREATE ROLE evil SUPERUSER", "ALTER ROLE approval SUPERUSER", "CREATE DATABASE evil"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


@pytest.mark.parametrize("reach", ["COPY (SELECT 1) TO PROGRAM 'id'", "SELECT pg_read_file('/etc/passwd')", "LOAD 'x'"])
async def test_a_service_s_login_does_not_reach_the_machine(logins: dict[str, str], reach: str) -> None:
    connection = await asyncpg.connect(logins["approval"])
    try:
        with pytest.raises(asyncpg.PostgresError) as refused:
            await connection.execute(reach)
    finally:
        await connection.close()

    assert refused.value.sqlstate in {"42501", "58P01"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a moment")
async def test_another_user_of_the_machine_gets_no_way_in(logins: dict[str, str]) -> None:
    """65534 is nobody: he may see the socket, but knows no password, and may read no file of the state."""
    secret = logins["approval"].split(":")[2].partition("@")[0]
    as_nobody = "import os; os.setgid(65534); os.setuid(65534)"
    connects = "import asyncio, asyncpg, sys; asyncio.run(asyncpg.connect(sys.argv[1]))"

    tried = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"{connects.partition(';')[0]}; {as_nobody};{connects.partition(';')[2]}",
        logins["approval"].replace(secret, "guess"),
        stderr=asyncio.subprocess.PIPE,
    )
    _, told = await tried.communicate()

    assert tried.returncode != 0
    assert any(word in told for word in (b"InvalidPassword", b"Permission", b"FileNotFound", b"Connection"))


def test_what_holds_secrets_is_its_owner_s_alone(tmp_path: Path) -> None:
    State(tmp_path).issuer()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert kept
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in kept} == {0}
