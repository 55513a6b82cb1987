"""Can the administrator of a database rewrite history unseen? Every forgery is found, and the first thing named."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from asyncpg import Connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shenguan_chassis.journal import JOURNAL_COLUMNS
from shenguan_chassis.journal.comparing import Witnessed, contradictions
from shenguan_chassis.journal.faults import Fault, Finding
from shenguan_chassis.testing.logbook import Logbook, a_row, signer

ROWS, EVENTS, SEALS = 4, 3, 3
"""Of each of the seals."""

ANOTHER = {
    "at": "at + interval '1 microsecond'",
    "legal_at": "legal_at - interval '1 day'",
    "person": "person || ' '",
    "organisation": "'elsewhere'",
    "department": "NULL",
    "roles": "roles || 'overseer'::text",
    "command": "'grant_case'",
    "subject": "'case/2'",
    "version": "version + 1",
    "idem_key": "idem_key || '.'",
    "body_hash": "body_hash || '\\x00'",
    "status": "403",
    "code": "'not_allowed'",
    "answer": "answer || ' '",
    "trace": "'00-0-0-01'",
}
ANOTHER_EVENT = {
    "at": "at + interval '1 hour'",
    "subject": "subject || '0'",
    "type": "'another'",
    "body": "set_byte(body, 0, get_byte(body, 0) # 1)",
}


@dataclass(frozen=True)
class Forgery:
    """What is done to the log, and which entry it is."""

    fault: Fault
    of_events: bool
    seal: int
    index: int
    column: str = ""
    other: int = 0

    @property
    def entry(self) -> int:
        """The number of the entry that is concerned."""
        return (self.seal - 1) * (ROWS + EVENTS) + (ROWS if self.of_events else 0) + self.index + 1

    @property
    def at_the_end(self) -> bool:
        """Behind it nothing of its kind is sealed: what is inserted there is a new entry like any other."""
        return self.seal == SEALS and self.index == (EVENTS if self.of_events else ROWS) - 1

    @property
    def next(self) -> int:
        """The next entry of its kind."""
        last = self.index == (EVENTS if self.of_events else ROWS) - 1
        return self.entry + 1 + (last and (ROWS if self.of_events else EVENTS))

    def place(self, index: int | None = None) -> str:
        """The entry in SQL: its seal's n-th row or event."""
        at = (self.index if index is None else index) + 1
        if self.of_events:
            return f"(SELECT event_streams[{at}] FROM seal WHERE number = {self.seal}), {at}"
        return f"(SELECT row_ids[{at}] FROM seal WHERE number = {self.seal})"


@st.composite
def forgeries(draw: st.DrawFn) -> Forgery:
    of_events = draw(st.booleans())
    fault = draw(st.sampled_from([Fault.CHANGED, Fault.REMOVED, Fault.INSERTED, Fault.SWAPPED]))
    index = draw(st.integers(0, (EVENTS if of_events else ROWS) - 1))
    return Forgery(
        fault=fault,
        of_events=of_events,
        seal=draw(st.integers(1, SEALS)),
        index=index,
        column=draw(st.sampled_from(sorted(ANOTHER_EVENT if of_events else ANOTHER))),
        other=draw(st.integers(0, (EVENTS if of_events else ROWS) - 1).filter(lambda other: other != index)),
    )


async def a_log(book: Logbook) -> None:
    for number in range(SEALS):
        await book.write(*(f"command {number}.{n}" for n in range(ROWS)))
        await book.say(str(number), *(b"said %d.%d" % (number, n) for n in range(EVENTS)))
        await book.seal()


async def tried(book: Logbook, forge: Callable[[Connection], Awaitable[object]]) -> list[Finding]:
    """What is found after a forgery, which is then taken back."""
    transaction = book.connection.transaction()
    await transaction.start()
    try:
        await forge(book.connection)
        return (await book.verify()).findings
    finally:
        await transaction.rollback()


async def forge_row(connection: Connection, forgery: Forgery) -> None:
    """Do it, as an administrator would, with every privilege."""
    here = f"id = {forgery.place()}"
    names = ", ".join(JOURNAL_COLUMNS)
    match forgery.fault:
        case Fault.CHANGED:
            await connection.execute(f"UPDATE journal SET {forgery.column} = {ANOTHER[forgery.column]} WHERE {here}")
        case Fault.REMOVED:
            await connection.execute(f"DELETE FROM journal WHERE {here}")
        case Fault.INSERTED:
            values = [await connection.fetchval(f"SELECT xid FROM journal WHERE {here}"), *a_row("forged").values()]
            marks = ", ".join(f"${n}" for n in range(1, len(values) + 1))
            await connection.execute(f"INSERT INTO journal (xid, {names}) VALUES ({marks})", *values)
        case Fault.SWAPPED:
            both = f"id IN ({forgery.place()}, {forgery.place(forgery.other)})"
            (one, *mine), (other, *theirs) = await connection.fetch(
                f"SELECT ROW(xid, id), {names} FROM journal WHERE {both}"
            )
            await connection.execute(f"DELETE FROM journal WHERE {both}")
            marks = ", ".join(f"${n}" for n in range(1, len(mine) + 3))
            again = f"INSERT INTO journal (xid, id, {names}) OVERRIDING SYSTEM VALUE VALUES ({marks})"
            await connection.execute(again, *one, *theirs)
            await connection.execute(again, *other, *mine)


async def forge_event(connection: Connection, forgery: Forgery) -> None:
    here = f"(stream, seq) = ({forgery.place()})"
    match forgery.fault:
        case Fault.CHANGED:
            setting = f"{forgery.column} = {ANOTHER_EVENT[forgery.column]}"
            await connection.execute(f"UPDATE event SET {setting} WHERE {here}")
        case Fault.REMOVED:
            await connection.execute(f"DELETE FROM event WHERE {here}")
        case Fault.INSERTED:
            await connection.execute(
                "INSERT INTO event (stream, seq, at, subject, type, body, xid) "
                f"SELECT stream, seq + 100, at, subject, type, body, xid FROM event WHERE {here}"
            )
        case Fault.SWAPPED:
            there = f"(stream, seq) = ({forgery.place(forgery.other)})"
            mine = await connection.fetchval(f"SELECT body FROM event WHERE {here}")
            theirs = await connection.fetchval(f"SELECT body FROM event WHERE {there}")
            await connection.execute(f"UPDATE event SET body = $1 WHERE {here}", theirs)
            await connection.execute(f"UPDATE event SET body = $1 WHERE {there}", mine)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(forgery=forgeries())
async def test_whatever_is_changed_removed_inserted_or_swapped_is_found_and_named(
    book: Logbook, forgery: Forgery
) -> None:
    if not await book.connection.fetchval("SELECT count(*) FROM seal"):
        await a_log(book)
    forge = forge_event if forgery.of_events else forge_row

    findings = await tried(book, lambda connection: forge(connection, forgery))

    named = {finding.entry: finding.fault for finding in findings}
    if forgery.fault is Fault.SWAPPED:
        entries = {forgery.entry, forgery.entry - forgery.index + forgery.other}
        assert named == dict.fromkeys(entries, Fault.SWAPPED)
    elif forgery.fault is Fault.INSERTED:
        assert named == ({} if forgery.at_the_end else {forgery.next: Fault.INSERTED})
    else:
        assert named == {forgery.entry: forgery.fault}


@pytest.mark.parametrize(
    ("forgery", "fault"),
    [
        ("UPDATE seal SET leaves = set_byte(leaves, 0, get_byte(leaves, 0) # 1) WHERE number = 2", "seal_changed"),
        ("UPDATE seal SET head = sha256('x') WHERE number = 2", "seal_changed"),
        (
            "UPDATE seal SET statement = replace(statement, 'sealed 2026', 'sealed 2025') WHERE number = 2",
            "seal_changed",
        ),
        ("UPDATE seal SET row_ids = row_ids[2:] || row_ids[1] WHERE number = 2", "seal_changed"),
        ("UPDATE seal SET row_id = row_id - 1 WHERE number = 2", "seal_changed"),
        ("UPDATE seal SET last = last + 1 WHERE number = 2", "seal_changed"),
        (
            "UPDATE seal SET signature = set_byte(signature, 0, get_byte(signature, 0) # 1) WHERE number = 2",
            "signature",
        ),
        ("UPDATE seal SET key = sha256('x') WHERE number = 2", "signature"),
        ("DELETE FROM seal WHERE number = 2", "seal_removed"),
    ],
)
async def test_a_seal_that_was_touched_is_found_and_named(book: Logbook, forgery: str, fault: str) -> None:
    await a_log(book)

    findings = await tried(book, lambda connection: connection.execute(forgery))

    first = findings[0]
    assert (first.fault, first.seal, first.entry) == (fault, 2, ROWS + EVENTS + 1)


async def made_anew(book: Logbook) -> None:
    """A row is changed and everything sealed again from the beginning, as if it had always been so."""
    await book.connection.execute("UPDATE journal SET person = 'nobody' WHERE id = (SELECT min(id) + 5 FROM journal)")
    await book.connection.execute("DELETE FROM seal")
    while await book.seal():
        pass


def seen_of(heads: dict[int, tuple[int, bytes]], book: Logbook) -> list[Witnessed]:
    """What another service kept of a log."""
    return [Witnessed("notify", seal, last, head, book.signs.public) for seal, (last, head) in heads.items()]


async def test_who_makes_all_anew_without_the_key_is_betrayed_by_the_signature(book: Logbook) -> None:
    await a_log(book)
    known, book.signs = set(book.signs.known.values()), signer(7)

    await made_anew(book)

    book.signs.known = dict(enumerate(known))
    findings = (await book.verify()).findings
    assert (findings[0].fault, findings[0].entry) == (Fault.SIGNATURE, 1)


async def test_who_makes_all_anew_with_the_key_is_betrayed_by_the_witnesses(book: Logbook) -> None:
    await a_log(book)
    before = (await book.verify()).heads

    await made_anew(book)

    after = await book.verify()
    found = contradictions(after.heads, seen_of(before, book), {book.signs.public})
    assert after.findings == []
    assert [(finding.fault, finding.entry, finding.about) for finding in found] == [
        (Fault.REHASHED, 1, "witnessed by notify")
    ]


async def test_a_tail_that_was_cut_with_its_seals_is_missed_by_the_witnesses(book: Logbook) -> None:
    await a_log(book)
    before = (await book.verify()).heads
    await book.connection.execute("DELETE FROM journal WHERE id >= (SELECT row_ids[1] FROM seal WHERE number = 3)")
    await book.connection.execute("DELETE FROM event WHERE xid >= (SELECT event_xids[1] FROM seal WHERE number = 3)")
    await book.connection.execute("DELETE FROM seal WHERE number = 3")

    after = await book.verify()

    found = contradictions(after.heads, seen_of(before, book), {book.signs.public})
    last = 2 * (ROWS + EVENTS)
    assert after.findings == []
    assert [(finding.fault, finding.entry, finding.upto) for finding in found] == [
        (Fault.TAIL_CUT, last + 1, last + ROWS + EVENTS)
    ]


async def test_thinned_out_witnesses_still_say_between_which_entries_it_was(book: Logbook) -> None:
    await a_log(book)
    before = (await book.verify()).heads
    del before[2]  # thinned out
    await book.connection.execute("DELETE FROM seal WHERE number > 1")
    await book.connection.execute("UPDATE journal SET person = 'nobody' WHERE id = (SELECT max(id) FROM journal)")
    while await book.seal():
        pass

    found = contradictions((await book.verify()).heads, seen_of(before, book), {book.signs.public})

    last = ROWS + EVENTS
    assert [(finding.fault, finding.entry, finding.upto) for finding in found] == [(Fault.REHASHED, last + 1, last * 3)]


async def test_a_head_that_was_told_under_a_foreign_key_is_not_laid_to_the_log(book: Logbook) -> None:
    await a_log(book)
    heads = (await book.verify()).heads
    forged = Witnessed("notify", 2, 14, b"\x01" * 32, signer(7).public)

    found = contradictions(heads, [*seen_of(heads, book), forged], {book.signs.public})

    assert [(finding.fault, finding.seal) for finding in found] == [(Fault.SIGNATURE, 2)]
