"""Rows of two departments, of both, of nobody; and a connection to the database they lie in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID, uuid5

import pytest
from asyncpg import Connection
from sqlalchemy import Column, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from shenguan_chassis import db
from shenguan_chassis.store import BUREAU, EVERYONE, aggregate, copy
from shenguan_chassis.testing.postgres import Databases

SPACE = UUID(int=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Its sender's, and theirs to whom it was shown."""

    id: UUID
    version: int = 1
    sender: str | None
    shown_to: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The sender's of its letter."""

    letter_id: UUID
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """Everyone's."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """The bureau's."""

    name: str


metadata = MetaData()
letters = aggregate(
    metadata,
    Letter,
    noun="case",
    table="letters",
    owner=("sender", "shown_to"),
    columns=[Column("sender", Text), Column("shown_to", ARRAY(Text))],
)
stamps = copy(
    metadata,
    Stamp,
    key=["letter_id"],
    owner="office",
    columns=[Column("letter_id", Uuid, primary_key=True), Column("office", Text, nullable=False)],
)
holidays = copy(metadata, Holiday, key=["name"], owner=EVERYONE, columns=[Column("name", Text, primary_key=True)])
slips = copy(metadata, Slip, key=["name"], owner=BUREAU, columns=[Column("name", Text, primary_key=True)])

_TABLES = """
CREATE TABLE letters (id uuid PRIMARY KEY, version bigint NOT NULL, sender text, shown_to text[]);
CREATE TABLE stamps (letter_id uuid PRIMARY KEY, office text NOT NULL);
CREATE TABLE holidays (name text PRIMARY KEY);
CREATE TABLE slips (name text PRIMARY KEY);
INSERT INTO holidays VALUES ('春节');
INSERT INTO slips VALUES ('清单外');
"""


def a_letter(name: str, sender: str | None, shown_to: tuple[str, ...] | None = ()) -> Letter:
    return Letter(id=uuid5(SPACE, name), sender=sender, shown_to=shown_to)


LETTERS = (
    a_letter("fire's", "fire"),
    a_letter("health's", "health"),
    a_letter("fire's, shown to health", "fire", ("health", "police")),
    a_letter("health's, shown to police", "health", ("police",)),
    a_letter("nobody's", None),
    a_letter("nobody's at all", None, None),
    a_letter("of an office without name", "", ("",)),
)


@pytest.fixture
async def connection(databases: Databases) -> AsyncIterator[Connection]:
    found = await db.connect(await databases.fresh("letters"))
    await found.execute(_TABLES)
    rows = [(letter.id, letter.version, letter.sender, letter.shown_to) for letter in LETTERS]
    await found.executemany("INSERT INTO letters VALUES ($1, $2, $3, $4)", rows)
    stamped = [(letter.id, letter.sender) for letter in LETTERS if letter.sender]
    await found.executemany("INSERT INTO stamps VALUES ($1, $2)", stamped)
    yield found
    await found.close()
