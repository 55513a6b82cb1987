"""Killed at any statement of a command, does its retry with the same key find or make exactly one effect?

A client whose connection broke does not know whether its command took effect: it asks again, with the same key.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from asyncpg import Connection, Pool, create_pool

from shenguan_chassis import db, desk
from shenguan_chassis.clock import RealClock
from shenguan_chassis.deciding import Command
from shenguan_chassis.desk import Answer, Ask, Desk
from shenguan_chassis.identity.caller import Caller
from shenguan_chassis.ids import derived_id
from shenguan_chassis.journal import JournalRow
from shenguan_chassis.keys import Keys
from shenguan_chassis.pending import Pending
from shenguan_chassis.testing.cuts import CutConnection, Killed, Knife, every_cut
from shenguan_chassis.testing.ear import DIVISION, Book
from shenguan_chassis.testing.keys import MASTER_KEYS
from shenguan_chassis.tx import Speaker, Tx
from shenguan_chassis.writes import write_command
from shenguan_contracts.envelope import decode, urn
from shenguan_contracts.supervision import ApprovalClaimed

CLERK = Caller(person="p", organisation="o", roles=frozenset({"clerk"}), sees_all=True)
KEYS = Keys.read(MASTER_KEYS, "supervision")
LINES = [("a", "1"), ("a", "2"), ("b", "1"), ("a", "3")]


def writing(book: str, text: str) -> Callable:
    """A command that opens a book, or writes the next line into it."""
    key = derived_id("watch", book)

    async def write(tx: Tx) -> Book:
        said = ApprovalClaimed(watch_id=key, department="fire", license_id=key, claimed_at=tx.now)
        found = await tx.find(Book, key)
        if found is None:
            return tx.add(Book(id=key, lines=(text,)), said)
        return tx.save(replace(found, lines=(*found.lines, text)), said)

    return write


class Commanding:
    """A client gives four commands, each with a key of its own, and asks again when it had no answer."""

    async def begin(self, world) -> None:
        self.answers: dict[int, bytes] = {}

    async def live(self, world, knife: Knife) -> None:
        pool = await self._pool(world, knife)
        try:
            counter = Desk(
                pool, RealClock(), Speaker("supervision", urn(DIVISION, "supervision")), lambda _: None, KEYS
            )
            for number, (book, text) in enumerate(LINES):
                if number not in self.answers:
                    answer = await counter.give(self._ask(number, book, text))
                    self.answers[number] = answer.body
            for number, (book, text) in enumerate(LINES):
                again: Answer = await counter.give(self._ask(number, book, text))
                assert again.body == self.answers[number]
        finally:
            pool.terminate()

    async def _pool(self, world, knife: Knife) -> Pool:
        async def prepare(connection: CutConnection) -> None:
            for name in ("json", "jsonb"):
                await connection.set_type_codec(name, encoder=db._to_json, decoder=lambda v: v, schema="pg_catalog")
            knife.hold(connection)

        return await create_pool(
            world.dsn, min_size=1, max_size=2, init=prepare, reset=_leave, connection_class=CutConnection
        )

    def _ask(self, number: int, book: str, text: str) -> Ask:
        return Ask(
            command=Command("write", frozenset({"clerk"}), "Write."),
            run=writing(book, text),
            render=lambda shown: str(shown.lines).encode(),
            caller=CLERK,
            idem_key=f"key {number}",
            request=text.encode(),
        )

    async def faults(self, world) -> list[str]:
        faults = []
        for book in ("a", "b"):
            wanted = [text for named, text in LINES if named == book]
            row = await world.database.fetchrow("SELECT * FROM books WHERE id = $1", derived_id("watch", book))
            if row is None or row["lines"] != wanted or row["version"] != len(wanted):
                faults.append(f"book {book}: {row}")
        numbers: dict[str, list[int]] = {}
        for row in await world.database.fetch("SELECT body FROM queue ORDER BY pos"):
            numbers.setdefault(decode(row["body"]).subject, []).append(decode(row["body"]).sequence)
        if sorted(numbers.values()) != [[1], [1, 2, 3]]:
            faults.append(f"said: {numbers}")
        keys = [row["idem_key"] for row in await world.database.fetch("SELECT idem_key FROM journal ORDER BY idem_key")]
        return faults + ([] if keys == [f"key {n}" for n in range(len(LINES))] else [f"journal: {keys}"])


async def _leave(_: Connection) -> None:
    return None


async def _journal_first(connection: Connection, pending: Pending, at: object, journal: JournalRow | None) -> None:
    """Planted: the journal row is written by a statement of its own, before the effect."""
    await write_command(connection, Pending(), at, journal)
    await write_command(connection, pending, at, None)


async def test_a_command_killed_at_every_step_and_asked_again_takes_effect_once(world, survives) -> None:
    knife, faults = await world.tell(Commanding())
    assert not faults

    await survives(Commanding(), every_cut(knife.steps))


async def test_a_journal_row_outside_the_commands_statement_is_found_out(world, monkeypatch) -> None:
    monkeypatch.setattr(desk, "write_command", _journal_first)
    knife, faults = await world.tell(Commanding())
    assert not faults

    assert await _any_fault(world, knife.steps)


async def _any_fault(world, steps: Sequence[str]) -> bool:
    for cut in every_cut(steps):
        try:
            _, faults = await world.tell(Commanding(), cut)
        except (AssertionError, Killed):
            return True
        if faults:
            return True
    return False
