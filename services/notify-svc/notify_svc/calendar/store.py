"""Where do the years and their editions lie?"""

from __future__ import annotations

from functools import cache
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, Date, DateTime, Integer, MetaData, Text

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import EVERYONE, aggregate, copy

from .rules import Edition, PublishedYear

metadata = MetaData()

calendar_years = aggregate(
    metadata,
    PublishedYear,
    noun="calendar-year",
    owner=EVERYONE,
    columns=[
        Column("year", Integer, nullable=False, unique=True),
        Column("status", Text, nullable=False),
        Column("basis", Text, nullable=False),
        Column("off", ARRAY(Date), nullable=False),
        Column("makeup", ARRAY(Date), nullable=False),
        Column("amended_at", DateTime(timezone=True), nullable=False),
    ],
)

calendar_editions = copy(
    metadata,
    Edition,
    key=["year", "version"],
    owner=EVERYONE,
    table="calendar_editions",
    columns=[
        Column("year", Integer, primary_key=True, autoincrement=False),
        Column("version", BigInteger, primary_key=True, autoincrement=False),
        Column("status", Text, nullable=False),
        Column("basis", Text, nullable=False),
        Column("off", ARRAY(Date), nullable=False),
        Column("makeup", ARRAY(Date), nullable=False),
    ],
)


@cache
def year_id(year: int) -> UUID:
    """The id of a year's stream."""
    return derived_id("calendar-year", year)
