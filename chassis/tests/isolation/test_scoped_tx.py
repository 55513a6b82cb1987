"""隔离: a command of a department works on its own; the house itself on all."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from asyncpg import Connection
from sqlalchemy import select

from shenguan_chassis.identity import Caller, service_itself
from shenguan_chassis.refusals import NotFound
from shenguan_chassis.tx import NotYourDepartment, Speaker, Tx
from shenguan_contracts.approval import CaseSubmitted
from shenguan_contracts.types import Channel

from .conftest import LETTERS, Letter, letters

FIRES, HEALTHS = LETTERS[0], LETTERS[1]
NOW = datetime(2026, 3, 2, tzinfo=UTC)
FIREMAN = Caller(person="p-1", organisation="fire", department="fire", roles=frozenset({"inspector"}))
HEAD = Caller(person="p-2", organisation="bureau", department="bureau", sees_all=True)


def deciding(connection: Connection, caller: Caller) -> Tx:
    return Tx(connection, speaker=Speaker("approval", "urn:shenguan:370302:approval"), caller=caller, now=NOW)


def submitted(letter: Letter) -> CaseSubmitted:
    return CaseSubmitted(
        case_id=letter.id, item_id=uuid4(), item_code="X-1", channel=Channel.HALL, holder_uscc=None, received_at=NOW
    )


async def test_another_departments_aggregate_is_not_there_and_joins_no_check(connection: Connection) -> None:
    tx = deciding(connection, FIREMAN)

    with pytest.raises(NotFound):
        await tx.get(Letter, HEALTHS.id)

    assert await tx.find(Letter, HEALTHS.id) is None
    assert (await tx.get(Letter, FIRES.id)).id == FIRES.id
    assert len(tx.pending.base) == 1


async def test_a_look_up_finds_ones_own_rows(connection: Connection) -> None:
    found = await deciding(connection, FIREMAN).query(select(letters.c.sender))

    assert {row["sender"] for row in found} == {"fire"}


@pytest.mark.parametrize("caller", [HEAD, service_itself("approval")])
async def test_who_sees_all_works_on_all(connection: Connection, caller: Caller) -> None:
    tx = deciding(connection, caller)

    assert (await tx.get(Letter, HEALTHS.id)).sender == "health"
    assert len(await tx.query(select(letters))) == len(LETTERS)


async def test_whether_an_id_is_taken_is_told_and_nothing_else(connection: Connection) -> None:
    tx = deciding(connection, FIREMAN)

    assert [await tx.taken(Letter, key) for key in (FIRES.id, HEALTHS.id, uuid4())] == [True, True, False]


async def test_nobody_enters_an_aggregate_of_another_department(connection: Connection) -> None:
    tx = deciding(connection, FIREMAN)
    foreign = Letter(id=uuid4(), version=0, sender="health")

    with pytest.raises(NotYourDepartment):
        tx.add(foreign, submitted(foreign))

    assert not tx.pending.rows


async def test_nobody_puts_his_own_in_the_place_of_anothers(connection: Connection) -> None:
    tx = deciding(connection, FIREMAN)
    await tx.find(Letter, HEALTHS.id)
    mine = Letter(id=HEALTHS.id, version=0, sender="fire")

    with pytest.raises(NotFound):
        tx.add(mine, submitted(mine))


async def test_what_the_house_puts_on_record_need_not_be_the_callers(connection: Connection) -> None:
    tx = deciding(connection, FIREMAN)
    trace = Letter(id=uuid4(), version=0, sender=None)

    assert tx.record(trace, submitted(trace)).version == 1
