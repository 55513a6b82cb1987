"""How do subscriptions lie in the database? Their secrets sealed, each to its row."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Boolean, Column, DateTime, Index, Integer, MetaData, Select, Text, func, select

from shenguan_chassis.personal.column import personal
from shenguan_chassis.store import aggregate

from .rules import Subscription, SubscriptionState

metadata = MetaData()

subscriptions = aggregate(
    metadata,
    Subscription,
    noun="subscription",
    owner="department",
    columns=[
        Column("department", Text, nullable=False),
        Column("url", Text, nullable=False),
        Column("types", ARRAY(Text), nullable=False),
        Column("departments", ARRAY(Text), nullable=False),
        Column("items", ARRAY(Text), nullable=False),
        Column("subjects", ARRAY(Text), nullable=False),
        Column("batch", Integer, nullable=False),
        Column("client_certificate", Boolean, nullable=False),
        Column("state", Text, nullable=False),
        Column("paused_because", Text),
        personal("secret", nullable=False),
        personal("old_secret"),
        Column("old_secret_until", DateTime(timezone=True)),
        Column("registered_at", DateTime(timezone=True), nullable=False),
        Column("resumed_at", DateTime(timezone=True), nullable=False),
    ],
)

Index("subscriptions_registered", subscriptions.c.registered_at, subscriptions.c.id)
Index("subscriptions_by_state", subscriptions.c.state, subscriptions.c.id)
Index("subscriptions_by_state_registered", subscriptions.c.state, subscriptions.c.registered_at, subscriptions.c.id)
Index("subscriptions_by_department", subscriptions.c.department, subscriptions.c.id)
Index(
    "subscriptions_by_department_registered",
    subscriptions.c.department,
    subscriptions.c.registered_at,
    subscriptions.c.id,
)


@cache
def active() -> Select[Any]:
    """Every subscription that is to be served, whole."""
    return select(subscriptions).where(subscriptions.c.state == SubscriptionState.ACTIVE).order_by(subscriptions.c.id)


def over() -> Select[Any]:
    """Every cancelled subscription."""
    return select(subscriptions.c.id).where(subscriptions.c.state == SubscriptionState.CANCELLED)


def how_many_open(department: str) -> Select[Any]:
    """How many of a department are not cancelled."""
    open_ones = subscriptions.c.state != SubscriptionState.CANCELLED
    counted = select(func.count().label("open")).select_from(subscriptions)
    return counted.where(subscriptions.c.department == department, open_ones)
