"""What does the journal's chain promise? Every row sealed once, in one order, and no change of the past unseen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asyncpg import Connection

from shenguan_chassis import db
from shenguan_chassis.journal import JOURNAL_COLUMNS, JournalRow, seal, verify
from shenguan_chassis.migrating import migrate
from shenguan_chassis.testing.postgres import Databases

_AT = datetime(2026, 2, 13, 1, 30, tzinfo=UTC)
_WRITE = f"""
INSERT INTO journal ({", ".join(JOURNAL_COLUMNS)})
VALUES ({", ".join(f"${n}" for n in range(1, len(JOURNAL_COLUMNS) + 1))})
"""


def a_row(command: str) -> JournalRow:
    return JournalRow(
        at=_AT,
        legal_at=_AT,
        person="p-1",
        organisation="bureau",
        department="bureau",
        roles=["approver"],
        command=command,
        subject="case/1",
        version=1,
        idem_key=None,
        body_hash=b"\x01",
        status=200,
        code=None,
        answer=b"{}",
        trace=None,
    )


async def write(connection: Connection, *commands: str) -> None:
    for command in commands:
        await connection.execute(_WRITE, *a_row(command).values())


@pytest.fixture
async def dsn(databases: Databases) -> str:
    return await databases.fresh("journal", lambda template: migrate(template, Path(__file__).parent / "no_migrations"))


@pytest.fixture
async def connection(dsn: str) -> AsyncIterator[Connection]:
    connection = await db.connect(dsn)
    yield connection
    await connection.close()


@pytest.mark.parametrize("algorithm", ["sm3", "sha256"])
async def test_a_chain_is_whole_under_the_hash_it_was_sealed_with(connection: Connection, algorithm: str) -> None:
    await write(connection, "submit_case", "accept_case")

    head = await seal(connection, algorithm)

    verdict = await verify(connection, algorithm)
    assert head is not None
    assert (head.number, verdict.head, verdict.broken_at) == (2, head, None)


async def test_each_row_is_sealed_once_and_the_chain_goes_on_where_it_was(connection: Connection) -> None:
    await write(connection, "submit_case")
    first = await seal(connection)
    await write(connection, "accept_case")

    second = await seal(connection)

    assert first is not None
    assert second is not None
    assert (first.number, second.number) == (1, 2)
    assert await seal(connection) is None
    assert (await verify(connection)).broken_at is None


async def test_a_transaction_that_began_before_and_commits_after_the_others_is_not_missed(
    connection: Connection, dsn: str
) -> None:
    late = await db.connect(dsn)
    transaction = late.transaction()
    await transaction.start()
    await write(late, "began_first")
    await write(connection, "began_second")

    assert await seal(connection) is None

    await transaction.commit()
    await late.close()
    sealed = await seal(connection)
    assert sealed is not None
    assert sealed.number == 2
    assert (await verify(connection)).broken_at is None


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE journal SET person = 'p-2' WHERE command = 'b'",
        "UPDATE journal SET answer = '{ }' WHERE command = 'b'",
        "UPDATE journal SET at = at - interval '1 day' WHERE command = 'b'",
        "DELETE FROM journal WHERE command = 'b'",
        "UPDATE seal SET hash = sha256('x') WHERE number = 2",
        "DELETE FROM seal WHERE number = 2",
    ],
)
async def test_a_row_changed_or_removed_after_it_was_sealed_is_found(connection: Connection, forgery: str) -> None:
    await write(connection, "a", "b", "c")
    await seal(connection)

    await connection.execute(forgery)

    assert (await verify(connection)).broken_at == 2
