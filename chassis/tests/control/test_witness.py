"""What do the others remember of a log? Heads that it signed; what contradicts them is kept and told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from shenguan_chassis import db
from shenguan_chassis.bus.port import Record
from shenguan_chassis.control.witness import Contradicted, witness
from shenguan_chassis.journal.head import FIRST, HeadSigner, Statement, back_of
from shenguan_chassis.migrating import migrate
from shenguan_chassis.testing.logbook import AT, SOURCE, signer
from shenguan_chassis.testing.postgres import Databases
from shenguan_contracts.catalogue import CONTROL_TOPIC
from shenguan_contracts.control import JournalSealed, encode_note


def a_chain(seals: int, flavour: str = "") -> dict[int, Statement]:
    """Seals of one entry each, linked as a service links them."""
    chain: dict[int, Statement] = {}
    for number in range(1, seals + 1):
        chain[number] = Statement(
            source=SOURCE,
            seal=number,
            first=number,
            last=number,
            algorithm="sha256",
            root=f"{flavour}{number}".encode().rjust(32),
            previous=chain[number - 1].head() if number > 1 else FIRST,
            back=chain[back_of(number)].head() if back_of(number) else FIRST,
            sealed_at=AT + timedelta(seconds=number),
        )
    return chain


def note_of(statement: Statement, by: HeadSigner | None = None, said_at: datetime = AT) -> JournalSealed:
    signed = (by or signer()).sign(statement.text())
    return JournalSealed(
        source="approval",
        said_at=said_at,
        number=statement.last,
        head=statement.head().hex(),
        statement=signed.text,
        key=signed.key.hex(),
        signature=signed.signature.hex(),
    )


@pytest.fixture
async def listener(databases: Databases):
    dsn = await databases.fresh("listener", lambda template: migrate(template, Path(__file__).parent / "no_migrations"))
    connection = await db.connect(dsn)
    yield connection
    await connection.close()


async def kept(listener: asyncpg.Connection) -> list[int]:
    return [row["number"] for row in await listener.fetch("SELECT number FROM witness ORDER BY number, head")]


async def test_a_head_is_kept_once_however_often_it_is_told(listener: asyncpg.Connection) -> None:
    chain = a_chain(2)

    for statement in (chain[1], chain[2], chain[1], chain[2]):
        await witness(listener, note_of(statement), SOURCE)

    assert await kept(listener) == [1, 2]


@pytest.mark.parametrize("told", [1, 2, 3, 4])
async def test_a_log_that_was_made_anew_contradicts_itself(listener: asyncpg.Connection, told: int) -> None:
    for statement in a_chain(3).values():
        await witness(listener, note_of(statement), SOURCE)
    anew = {
        number: replace(statement, sealed_at=statement.sealed_at + timedelta(hours=1))
        for number, statement in a_chain(4, "x").items()
    }

    with pytest.raises(Contradicted):
        await witness(listener, note_of(anew[told]), SOURCE)

    assert await kept(listener) == sorted([1, 2, 3, told])


async def test_a_log_that_was_cut_and_goes_on_contradicts_itself(listener: asyncpg.Connection) -> None:
    chain = a_chain(5)
    for number in (1, 2, 5):
        await witness(listener, note_of(chain[number]), SOURCE)
    later = replace(chain[3], root=bytes(32), sealed_at=chain[5].sealed_at + timedelta(minutes=1))

    with pytest.raises(Contradicted, match="seal 5, which is gone"):
        await witness(listener, note_of(replace(later, seal=3, previous=chain[2].head())), SOURCE)


async def test_an_old_head_that_comes_again_after_it_was_thinned_out_is_passed_over(
    listener: asyncpg.Connection,
) -> None:
    chain = a_chain(1_100)
    for number in sorted({*range(1, 1_101, 50), 64, 1_088}):
        await witness(listener, note_of(chain[number]), SOURCE)

    await witness(listener, note_of(chain[51]), SOURCE)

    assert [number for number in await kept(listener) if number < 88] == [64]


async def test_a_head_that_its_source_did_not_sign_is_refused(listener: asyncpg.Connection) -> None:
    statement = a_chain(1)[1]
    note = note_of(statement)
    another = note_of(replace(statement, root=bytes(32)))

    for forged in (
        note.model_copy(update={"signature": another.signature}),
        note.model_copy(update={"head": another.head}),
        note.model_copy(update={"number": 2}),
        note.model_copy(update={"statement": "anything"}),
        note.model_copy(update={"key": "not hex"}),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - whichever part of it is not as it should be
            await witness(listener, forged, SOURCE)
    with pytest.raises(ValueError, match="did not sign"):
        await witness(listener, note, "urn:shenguan:370302:notify")

    assert await kept(listener) == []


async def test_who_lacks_the_key_cannot_make_later_heads_look_old(listener: asyncpg.Connection) -> None:
    far = replace(a_chain(1)[1], seal=1_000_000, first=1_000_000, last=1_000_000, previous=bytes(32), back=bytes(32))
    await witness(listener, note_of(far, signer(7)), SOURCE)

    await witness(listener, note_of(a_chain(1)[1]), SOURCE)

    assert await kept(listener) == [1, 1_000_000]


async def test_the_head_of_an_edition_that_did_not_sign_is_passed_over(listener: asyncpg.Connection) -> None:
    await witness(listener, JournalSealed(source="approval", said_at=AT, number=1, head="ab" * 32), SOURCE)

    assert await kept(listener) == []


async def test_heads_told_over_the_bus_are_kept_and_contradictions_too(open_district) -> None:
    district = await open_district()
    chain, anew = a_chain(3), a_chain(1, "x")

    async def told(*statements: Statement) -> None:
        notes = [encode_note(note_of(statement), source=SOURCE) for statement in statements]
        await district.bus.publish([Record(CONTROL_TOPIC, b"approval", note) for note in notes])

    await told(chain[1], chain[2], anew[1], chain[3])

    async with asyncio.timeout(10):
        while await kept(district.listener) != [1, 1, 2, 3]:  # noqa: ASYNC110 - it waits for rows
            await asyncio.sleep(0.02)
