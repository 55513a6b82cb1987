"""Where does the watch over the clock lie, and the newest time that was seen?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, Select, Text, func, select

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import EVERYONE, aggregate, copy

from .rules import ClockWatch

metadata = MetaData()

WATCH: Final[UUID] = derived_id("clock-watch", "notify")
"""The one watch of the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSeen:
    """The system time of the last look at the clocks, whatever it found."""

    watch: int = 1
    seen_at: datetime


clock_watch = aggregate(
    metadata,
    ClockWatch,
    noun="clock-watch",
    owner=EVERYONE,
    table="clock_watch",
    columns=[
        Column("why", Text),
        Column("wants_operator", Boolean, nullable=False),
        Column("since", DateTime(timezone=True), nullable=False),
    ],
)

clock_seen = copy(
    metadata,
    ClockSeen,
    key=["watch"],
    owner=EVERYONE,
    table="clock_seen",
    columns=[
        Column("watch", Integer, primary_key=True, autoincrement=False),
        Column("seen_at", DateTime(timezone=True), nullable=False),
    ],
)


def database_time() -> Select[tuple[datetime]]:
    """What time the database has."""
    return select(func.clock_timestamp().label("at"))
