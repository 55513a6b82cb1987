"""How do windows, sub-lists and departments' keys lie in the database?"""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, MetaData, Select, Text, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import aggregate
from shenguan_contracts.expert import Pool

from .rules import NominationWindow
from .sub_lists import SigningKey, SubList

metadata = MetaData()

windows = aggregate(
    metadata,
    NominationWindow,
    noun="nomination-window",
    owner="departments",
    columns=[
        Column("title", Text, nullable=False),
        Column("departments", ARRAY(Text), nullable=False),
        Column("quotas", JSONB, nullable=False),
        Column("quarantine_days", Integer, nullable=False),
        Column("closes_at", DateTime(timezone=True), nullable=False),
        Column("opened_at", DateTime(timezone=True), nullable=False),
        Column("closed_at", DateTime(timezone=True)),
        Column("state", Text, nullable=False),
        Index("nomination_windows_by_time", "closes_at", "id"),
        Index("nomination_windows_by_state", "state", "closes_at", "id"),
        Index("nomination_windows_of_departments", "departments", postgresql_using="gin"),
    ],
)

sub_lists = aggregate(
    metadata,
    SubList,
    noun="sub-list",
    owner="department",
    columns=[
        Column("nomination_window_id", Uuid, nullable=False),
        Column("department", Text, nullable=False),
        Column("pool", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("members", ARRAY(Text), nullable=False),
        Column("content", Text, nullable=False),
        Column("digest", Text, nullable=False),
        Column("late", Boolean, nullable=False),
        Column("deviation", Text),
        Column("submitted_by", Text, nullable=False),
        Column("submitted_at", DateTime(timezone=True), nullable=False),
        Column("manner", Text),
        Column("public_key", Text),
        Column("signature", Text),
        Column("confirmed_at", DateTime(timezone=True)),
        Index("sub_lists_by_time", "submitted_at", "id"),
        Index("sub_lists_of_window", "nomination_window_id", "submitted_at", "id"),
        Index("sub_lists_of_department", "department", "submitted_at", "id"),
        Index("sub_lists_by_state", "state", "submitted_at", "id"),
    ],
)

signing_keys = aggregate(
    metadata,
    SigningKey,
    noun="signing-key",
    owner="department",
    columns=[
        Column("department", Text, nullable=False, unique=True),
        Column("public_key", Text, nullable=False),
        Column("registered_at", DateTime(timezone=True), nullable=False),
    ],
)


def sub_list_id(window: UUID, department: str, pool: Pool) -> UUID:
    """The one sub-list of a department for a list within a window."""
    return derived_id("sub-list", window, department, pool)


def signing_key_id(department: str) -> UUID:
    """The one key of a department."""
    return derived_id("signing-key", department)


def nominating(window: UUID) -> Select[Any]:
    """Which departments filed a sub-list within a window."""
    return select(sub_lists.c.department).where(sub_lists.c.nomination_window_id == window).distinct()


@cache
def lists_for(pool: Pool) -> Select[Any]:
    """Every sub-list for a list, in the order of departments and times."""
    found = select(sub_lists).where(sub_lists.c.pool == pool)
    return found.order_by(sub_lists.c.department, sub_lists.c.submitted_at, sub_lists.c.id)
