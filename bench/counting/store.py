"""How do tallies lie in the database?"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, Text

from shenguan_chassis.store import aggregate

from .rules import Tally

metadata = MetaData()

tallies = aggregate(
    metadata,
    Tally,
    noun="tally",
    owner="department",
    table="tallies",
    columns=[
        Column("department", Text, nullable=False),
        Column("heard", BigInteger, nullable=False),
        Column("remark", Text, nullable=False),
    ],
)
