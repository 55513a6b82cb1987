"""Where does it lie that a year is missed? Anyone may know: the calendar itself is public."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import EVERYONE, aggregate

from .rules import MissingYear

metadata = MetaData()

missing_years = aggregate(
    metadata,
    MissingYear,
    noun="calendar-notice",
    owner=EVERYONE,
    table="missing_years",
    columns=[
        Column("year", Integer, nullable=False, unique=True),
        Column("obligations", BigInteger, nullable=False),
        Column("told_at", DateTime(timezone=True), nullable=False),
    ],
)


@cache
def notice_id(year: int) -> UUID:
    """The id of a year's notice."""
    return derived_id("calendar-notice", year)
