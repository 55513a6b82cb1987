"""Where do deliveries lie, and which are to be sent?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Delete,
    Index,
    Integer,
    MetaData,
    Select,
    Text,
    Uuid,
    delete,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB

from shenguan_chassis.store import BUREAU, copy

from .rules import Delivery, DeliveryState, Health, Lease, Mark, Replay

metadata = MetaData()

deliveries = copy(
    metadata,
    Delivery,
    key=["subscription_id", "number"],
    owner="department",
    table="deliveries",
    unless_newer="planned_at",  # what came of an attempt does not undo that somebody asked for another meanwhile
    columns=[
        Column("subscription_id", Uuid, primary_key=True),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("department", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("planned_at", DateTime(timezone=True), nullable=False),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("ended_at", DateTime(timezone=True)),
        Column("attempts", JSONB, nullable=False),
    ],
)
Index(
    "deliveries_pending",
    deliveries.c.subscription_id,
    deliveries.c.number,
    postgresql_where=deliveries.c.state == DeliveryState.PENDING,
)

Index("deliveries_ended", deliveries.c.ended_at, postgresql_where=deliveries.c.state == DeliveryState.DELIVERED)
Index("deliveries_by_number", deliveries.c.number, deliveries.c.subscription_id)
Index("deliveries_by_department", deliveries.c.department, deliveries.c.number, deliveries.c.subscription_id)
Index("deliveries_by_state", deliveries.c.state, deliveries.c.number, deliveries.c.subscription_id)
Index(
    "deliveries_by_department_and_state",
    deliveries.c.department,
    deliveries.c.state,
    deliveries.c.number,
    deliveries.c.subscription_id,
)
Index("deliveries_by_subject", deliveries.c.subject, deliveries.c.number, deliveries.c.subscription_id)
Index("deliveries_by_subscription_and_state", deliveries.c.subscription_id, deliveries.c.state, deliveries.c.number)

marks = copy(
    metadata,
    Mark,
    key=["subscription_id"],
    owner="department",
    table="delivery_marks",
    columns=[
        Column("subscription_id", Uuid, primary_key=True),
        Column("department", Text, nullable=False),
        Column("planned", BigInteger, nullable=False),
    ],
)

healths = copy(
    metadata,
    Health,
    key=["subscription_id"],
    owner="department",
    table="receiver_health",
    columns=[
        Column("subscription_id", Uuid, primary_key=True),
        Column("department", Text, nullable=False),
        Column("succeeded_at", DateTime(timezone=True)),
        Column("failed_at", DateTime(timezone=True)),
        Column("failure", Text),
    ],
)

replays = copy(
    metadata,
    Replay,
    key=["subscription_id", "version"],
    owner="department",
    table="delivery_replays",
    columns=[
        Column("subscription_id", Uuid, primary_key=True),
        Column("version", BigInteger, primary_key=True, autoincrement=False),
        Column("department", Text, nullable=False),
        Column("last", BigInteger, nullable=False),
        Column("only_failed", Boolean, nullable=False),
        Column("done", BigInteger, nullable=False),
    ],
)

leases = copy(
    metadata,
    Lease,
    key=["name"],
    owner=BUREAU,
    table="delivery_leases",
    columns=[
        Column("name", Text, primary_key=True),
        Column("holder", Text, nullable=False),
        Column("until", DateTime(timezone=True), nullable=False),
    ],
)


def lease_held(name: str) -> Select[Any]:
    """The lease, locked to the commit."""
    return select(leases.c.name).where(leases.c.name == name).with_for_update()


def marks_held(subscription_ids: Sequence[UUID]) -> Select[Any]:
    """How far some subscriptions are planned, held to the commit; in one order for all who hold several."""
    found = select(marks.c.subscription_id, marks.c.planned).where(marks.c.subscription_id.in_(subscription_ids))
    return found.order_by(marks.c.subscription_id).with_for_update()


def pending(subscription_id: UUID, most: int) -> Select[Any]:
    """What is still to be sent to one receiver, by number."""
    place = deliveries.c
    found = select(deliveries).where(place.subscription_id == subscription_id, place.state == DeliveryState.PENDING)
    return found.order_by(place.number).limit(most)


def done_before(instant: datetime, most: int) -> Delete:
    """What had arrived before an instant, the oldest first."""
    old = select(deliveries.c.subscription_id, deliveries.c.number).where(
        deliveries.c.state == DeliveryState.DELIVERED, deliveries.c.ended_at < instant
    )
    return _deleted(old.order_by(deliveries.c.ended_at).limit(most))


def owed_to(subscription_ids: Sequence[UUID], before: datetime, most: int) -> Delete:
    """What was planned before an instant for subscriptions that are over, and never arrived."""
    old = select(deliveries.c.subscription_id, deliveries.c.number).where(
        deliveries.c.subscription_id.in_(subscription_ids), deliveries.c.planned_at < before
    )
    return _deleted(old.limit(most))


def _deleted(chosen: Select[Any]) -> Delete:
    place = tuple_(deliveries.c.subscription_id, deliveries.c.number)
    return delete(deliveries).where(place.in_(chosen))


def between(subscription_id: UUID, first: int, last: int) -> Select[Any]:
    """The deliveries of some numbers."""
    place = deliveries.c
    return select(deliveries).where(place.subscription_id == subscription_id, place.number.between(first, last))


@cache
def how_far() -> Select[Any]:
    """Up to which number each subscription is planned."""
    return select(marks.c.subscription_id, marks.c.planned)


@cache
def to_replay() -> Select[Any]:
    """The wishes to send again that are not planned whole."""
    return select(replays).where(replays.c.done < replays.c.last).order_by(replays.c.version)


def how_many(subscription_id: UUID) -> Select[Any]:
    """How many of a subscription's deliveries are still to be made, and how many could not be."""
    place = deliveries.c
    unmade = (DeliveryState.PENDING, DeliveryState.EXHAUSTED)
    counts: list[Any] = [func.count().filter(place.state == state).label(state.value) for state in unmade]
    return select(*counts).where(place.subscription_id == subscription_id, place.state.in_(unmade))
