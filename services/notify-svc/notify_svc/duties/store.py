"""Where do the limits lie that the operator set? Anyone may see them, as the table itself."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from sqlalchemy import Column, DateTime, Integer, MetaData, Text

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import EVERYONE, aggregate
from shenguan_contracts.duties import Duty

from .setting import DutyLimit

metadata = MetaData()

duty_limits = aggregate(
    metadata,
    DutyLimit,
    noun="duty-limit",
    owner=EVERYONE,
    columns=[
        Column("duty", Text, nullable=False, unique=True),
        Column("days", Integer, nullable=False),
        Column("basis", Text, nullable=False),
        Column("set_at", DateTime(timezone=True), nullable=False),
    ],
)


@cache
def limit_id(duty: Duty) -> UUID:
    """The one id of a duty's limit."""
    return derived_id("duty-limit", duty)
