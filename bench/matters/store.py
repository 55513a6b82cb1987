"""How do matters and letters lie in the database?"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, MetaData, Text, Uuid

from shenguan_chassis.store import aggregate

from .rules import Letter, Matter

metadata = MetaData()

matters = aggregate(
    metadata,
    Matter,
    noun="matter",
    owner="department",
    columns=[
        Column("department", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("request", Text, nullable=False),
        Column("notes", BigInteger, nullable=False),
        Column("remark", Text, nullable=False),
        Column("opened_at", DateTime(timezone=True), nullable=False),
    ],
)

letters = aggregate(
    metadata,
    Letter,
    noun="letter",
    owner="department",
    columns=[
        Column("matter_id", Uuid, nullable=False),
        Column("department", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("sent_at", DateTime(timezone=True), nullable=False),
    ],
)
