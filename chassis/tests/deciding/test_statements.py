"""What does a command cost? So many statements, whatever it writes: round trips are its price."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.deciding import command, command_of
from shenguan_chassis.desk import Answer, Ask, Desk
from shenguan_chassis.identity.caller import Caller
from shenguan_chassis.ids import derived_id
from shenguan_chassis.keys import Keys
from shenguan_chassis.refusals import Refusal
from shenguan_chassis.testing.cuts import Knife, connecting
from shenguan_chassis.testing.ear import Book, lay_out
from shenguan_chassis.testing.keys import MASTER_KEYS
from shenguan_chassis.testing.postgres import Databases
from shenguan_chassis.tx import Speaker, Tx
from shenguan_contracts.supervision import ApprovalClaimed

CLERK = Caller(person="p-1", organisation="bureau", roles=frozenset({"clerk"}), sees_all=True)
KEYS = Keys.read(MASTER_KEYS, "supervision")


class Full(Refusal, rule="R0"):
    """已满：请另立一册。"""


def said(tx: Tx, book: UUID) -> ApprovalClaimed:
    return ApprovalClaimed(watch_id=book, department="fire", license_id=book, claimed_at=tx.now)


@command("clerk")
async def open_book(tx: Tx, name: str) -> Book:
    """Open a book: reads nothing."""
    key = derived_id("attempt", name)
    return tx.add(Book(id=key), said(tx, key))


@command("clerk")
async def follow_book(tx: Tx, name: str, after: str) -> Book:
    """Open a book after another: one read, one new."""
    await tx.get(Book, derived_id("attempt", after))
    return await open_book(tx, name)


@command("clerk")
async def write_in_book(tx: Tx, name: str, *lines: str) -> Book:
    """Write lines into a book, an event each: one read, one change."""
    book = await tx.get(Book, derived_id("attempt", name))
    if not lines:
        raise Full
    return tx.save(replace(book, lines=(*book.lines, *lines)), *(said(tx, book.id) for _ in lines))


@dataclass
class Counted:
    """A desk with one connection, whose every statement is written down."""

    desk: Desk
    statements: list[str]

    async def give(self, function: Callable[..., Awaitable[Any]], *args: str, key: str | None = None) -> Answer:
        async def run(tx: Tx) -> Any:
            return await function(tx, *args)

        self.statements.clear()
        return await self.desk.give(
            Ask(
                command=command_of(function),
                run=run,
                render=lambda book: str(book.version).encode(),
                caller=CLERK,
                idem_key=key,
                request=repr(args).encode(),
            )
        )


@pytest.fixture
async def counted(databases: Databases, tmp_path: Path) -> AsyncIterator[Counted]:
    dsn = await databases.fresh("supervision", lambda template: lay_out(template, tmp_path))
    knife = Knife()
    connection = await connecting(dsn, knife)()
    knife.steps.clear()
    desk = Desk(
        _Lent(connection), SandboxClock(), Speaker("supervision", "urn:shenguan:370302:supervision"), _none, KEYS
    )
    yield Counted(desk, knife.steps)
    knife.kill()


class _Lent:
    """A pool of the one connection that counts."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    def acquire(self) -> _Lent:
        return self

    async def __aenter__(self) -> asyncpg.Connection:
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        return None


def _none(_: object) -> None:
    return None


async def test_a_creating_command_is_one_statement(counted: Counted) -> None:
    await counted.give(open_book, "a", key="k")

    assert len(counted.statements) == 1


async def test_a_creating_command_with_one_read_is_two_statements(counted: Counted) -> None:
    await counted.give(open_book, "a")

    await counted.give(follow_book, "b", "a", key="k")

    assert [statement.split()[0] for statement in counted.statements] == ["SELECT", "WITH"]


async def test_a_changing_command_is_two_statements(counted: Counted) -> None:
    await counted.give(open_book, "a")

    await counted.give(write_in_book, "a", "one", key="k")

    assert [statement.split()[0] for statement in counted.statements] == ["SELECT", "WITH"]


async def test_more_events_are_no_more_statements(counted: Counted) -> None:
    await counted.give(open_book, "a")

    answer = await counted.give(write_in_book, "a", *map(str, range(20)), key="k")

    assert len(counted.statements) == 2
    assert answer.version == 21


async def test_a_replayed_key_costs_one_statement_more_than_its_command(counted: Counted) -> None:
    await counted.give(open_book, "a", key="k")

    again = await counted.give(open_book, "a", key="k")

    assert again.version == 1
    assert len(counted.statements) == 2


async def test_a_refusal_costs_its_reads_a_look_for_an_earlier_answer_and_its_trace(counted: Counted) -> None:
    await counted.give(open_book, "a")

    with pytest.raises(Full):
        await counted.give(write_in_book, "a", key="k")

    assert [statement.split()[0] for statement in counted.statements] == ["SELECT", "SELECT", "INSERT"]
