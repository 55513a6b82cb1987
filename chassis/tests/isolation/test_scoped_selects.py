"""隔离: however a select is built, a department gets its own rows out of it; what cannot be judged is not run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from asyncpg import Connection
from sqlalchemy import (
    Column,
    MetaData,
    Select,
    Table,
    Text,
    exists,
    func,
    insert,
    literal_column,
    select,
    text,
    union_all,
)

from shenguan_chassis.reading import Read
from shenguan_chassis.refusals import NotFound
from shenguan_chassis.scoped import compiled_for
from shenguan_chassis.store import stored

from .conftest import LETTERS, Holiday, Letter, Slip, holidays, letters, slips, stamps

SCOPES = ["fire", "health", "police", "taxes", "", None]
other = letters.alias("other")
counted = select(func.count()).select_from(other).where(other.c.sender == letters.c.sender)


def reading(connection: Connection, scope: str | None) -> Read:
    return Read(connection, datetime(2026, 3, 2, tzinfo=UTC), None, scope)


def visible(scope: str | None) -> set[Any]:
    return {letter.id for letter in LETTERS if stored(Letter).owner.holds(letter, scope)}


def test_a_row_is_its_offices_and_nobody_elses() -> None:
    names = {"fire": 2, "health": 3, "police": 2, "taxes": 0, "": 0, None: len(LETTERS)}

    assert {scope: len(visible(scope)) for scope in SCOPES} == names


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    "statement",
    [
        select(letters),
        select(letters.c.id).where(letters.c.version == 1).order_by(letters.c.id).limit(100),
        select(other.c.id),
        select(select(letters).subquery("within").c.id),
        select(select(letters).cte("before").c.id),
        select(letters.c.id).where(letters.c.id.in_(select(letters.c.id))),
        select(letters.c.id).where(exists().where(other.c.id == letters.c.id)),
        select(letters.c.id).join_from(letters, other, other.c.id == letters.c.id),
        select(letters.c.id).select_from(letters.outerjoin(stamps, stamps.c.letter_id == letters.c.id)),
        select(letters.c.id).group_by(letters.c.id),
        select(union_all(select(letters.c.id), select(letters.c.id)).subquery("twice").c.id),
        select(letters.c.id).distinct(),
        select(letters.c.id, func.to_jsonb(letters.table_valued())),
        select(func.unnest(select(func.array_agg(letters.c.id)).scalar_subquery()).label("id")),
    ],
)
async def test_every_shape_of_a_select_is_narrowed(
    connection: Connection, statement: Select[Any], scope: str | None
) -> None:
    rows = await reading(connection, scope).rows(statement)

    assert {row["id"] for row in rows} == visible(scope)


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_row_by_its_key_is_there_for_the_same_readers(connection: Connection, scope: str | None) -> None:
    read = reading(connection, scope)

    found = [letter for letter in LETTERS if await read.find(Letter, letter.id) is not None]

    assert {letter.id for letter in found} == visible(scope)


@pytest.mark.parametrize("scope", SCOPES)
async def test_conditions_that_a_list_places_itself_say_the_same(connection: Connection, scope: str | None) -> None:
    read = reading(connection, scope)
    text_, values = read.compiled(select(letters.c.id).where(*read.within(letters)), placed=(letters,))

    assert {row["id"] for row in await connection.fetch(text_, *values)} == visible(scope)


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_count_counts_what_may_be_seen(connection: Connection, scope: str | None) -> None:
    (row,) = await reading(connection, scope).rows(select(func.count().label("number")).select_from(letters))

    assert row["number"] == len(visible(scope))


async def test_the_other_side_of_an_outer_join_is_narrowed_before_it_is_joined(connection: Connection) -> None:
    """A row of one's own with another's beside it stays, without the other."""
    beside = select(letters.c.id, stamps.c.office).select_from(
        letters.outerjoin(stamps, stamps.c.letter_id == letters.c.id)
    )

    rows = await reading(connection, "health").rows(beside)

    assert {row["id"] for row in rows} == visible("health")
    assert {row["office"] for row in rows} == {"health", None}


async def test_a_subquery_in_a_condition_counts_ones_own_only(connection: Connection) -> None:
    rows = await reading(connection, "police").rows(select(letters.c.id, counted.scalar_subquery().label("number")))

    assert [row["number"] for row in rows] == [1, 1]


@pytest.mark.parametrize(("scope", "everyones", "bureaus"), [("fire", 1, 0), ("", 1, 0), (None, 1, 1)])
async def test_what_is_everyones_is_public_and_what_is_the_bureaus_is_not(
    connection: Connection, scope: str | None, everyones: int, bureaus: int
) -> None:
    read = reading(connection, scope)

    assert len(await read.rows(select(holidays))) == everyones
    assert len(await read.rows(select(slips))) == bureaus
    assert await read.find(Holiday, "春节")
    assert (await read.find(Slip, "清单外") is not None) is bool(bureaus)


async def test_another_departments_row_is_not_found_in_the_words_of_one_that_is_absent(connection: Connection) -> None:
    refusals = []
    for key in (LETTERS[1].id, uuid4()):
        with pytest.raises(NotFound) as refusal:
            await reading(connection, "fire").get(Letter, key)
        refusals.append((refusal.value.detail(), refusal.value.facts))

    assert refusals[0] == refusals[1]


@pytest.mark.parametrize(
    "statement",
    [
        text("SELECT id FROM letters"),
        text("SELECT id FROM letters").columns(letters.c.id),
        select(literal_column("(SELECT count(*) FROM letters)")),
        select(letters.c.id).where(text("true OR true")),
        select(letters.c.id).select_from(text("letters")),
        select(Table("journal", MetaData(), Column("person", Text))),
        select(insert(letters).returning(letters.c.id).cte("made").c.id),
    ],
)
@pytest.mark.parametrize("scope", ["fire", ""])
def test_what_cannot_be_judged_is_refused_before_it_is_run(statement: Any, scope: str) -> None:
    with pytest.raises(TypeError):
        compiled_for(scope, statement)
