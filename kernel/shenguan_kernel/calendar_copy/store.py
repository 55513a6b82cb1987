"""Where does a service's copy of the calendar lie?"""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, Date, Integer, MetaData, Text

from shenguan_chassis.store import EVERYONE, copy

from .rules import KeptYear

metadata = MetaData()

kept_years = copy(
    metadata,
    KeptYear,
    key=["year"],
    owner=EVERYONE,
    table="kept_years",
    columns=[
        Column("year", Integer, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("status", Text, nullable=False),
        Column("basis", Text, nullable=False),
        Column("off", ARRAY(Date), nullable=False),
        Column("makeup", ARRAY(Date), nullable=False),
    ],
)
