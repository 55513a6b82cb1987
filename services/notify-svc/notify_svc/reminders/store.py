"""Where do reminders lie, and which are to be sent now?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Select, Text, Uuid, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import aggregate, copy
from shenguan_contracts.reminders import Occasion, ReminderChannel

from .rules import Reminder, ReminderState, Sending

metadata = MetaData()

reminders = aggregate(
    metadata,
    Reminder,
    noun="reminder",
    owner="department",
    columns=[
        Column("department", Text, nullable=False),
        Column("person_id", Uuid, nullable=False),
        Column("channel", Text, nullable=False),
        Column("occasion", Text, nullable=False),
        Column("obligation_id", Uuid),
        Column("facts", JSONB, nullable=False),
        Column("state", Text, nullable=False),
        Column("planned_at", DateTime(timezone=True), nullable=False),
        Column("ended_at", DateTime(timezone=True)),
        Column("told", Text),
    ],
)
Index("reminders_planned", reminders.c.planned_at, reminders.c.id)
Index("reminders_by_department", reminders.c.department, reminders.c.planned_at, reminders.c.id)
Index("reminders_by_person", reminders.c.person_id, reminders.c.planned_at, reminders.c.id)
Index(
    "reminders_by_obligation",
    reminders.c.obligation_id,
    reminders.c.planned_at,
    reminders.c.id,
    postgresql_where=reminders.c.obligation_id.is_not(None),
)
Index("reminders_by_state", reminders.c.state, reminders.c.planned_at, reminders.c.id)
Index(
    "reminders_by_department_and_state",
    reminders.c.department,
    reminders.c.state,
    reminders.c.planned_at,
    reminders.c.id,
)

sendings = copy(
    metadata,
    Sending,
    key=["reminder_id"],
    owner="department",
    table="sendings",
    columns=[
        Column("reminder_id", Uuid, primary_key=True),
        Column("department", Text, nullable=False),
        Column("person_id", Uuid, nullable=False),
        Column("channel", Text, nullable=False),
        Column("due_at", DateTime(timezone=True)),
        Column("held_until", DateTime(timezone=True)),
        Column("tries", Integer, nullable=False),
        Column("attempts", JSONB, nullable=False),
    ],
)
# Only what is still to be sent is in it: looking for work costs what is due, not what ever was sent.
Index("sendings_due", sendings.c.due_at, postgresql_where=sendings.c.due_at.is_not(None))


def reminder_id(noun: str, each: str, person: UUID, channel: ReminderChannel) -> UUID:
    """The one id of an occasion for a person by a channel."""
    return derived_id("reminder", noun, each, str(person), channel)


def due(legal: datetime, system: datetime, most: int) -> Select[Any]:
    """What is to be sent by now and in nobody's hand, the longest waiting first; locked, past what others lock."""
    place = sendings.c
    free = or_(place.held_until.is_(None), place.held_until <= system)
    found = select(sendings).where(place.due_at <= legal, free).order_by(place.due_at, place.reminder_id)
    return found.limit(most).with_for_update(skip_locked=True)


def next_due() -> Select[tuple[datetime]]:
    """The nearest instant at which something is to be sent; one index entry is read."""
    return select(sendings.c.due_at).where(sendings.c.due_at.is_not(None)).order_by(sendings.c.due_at).limit(1)


def lateness_told(obligation_id: UUID) -> Select[Any]:
    """Who was told that an obligation is overdue, and by what: so that it can be taken back there."""
    place = reminders.c
    told = (place.obligation_id == obligation_id, place.occasion == Occasion.OVERDUE, place.state == ReminderState.SENT)
    return select(place.person_id).where(*told).distinct()


def sending_of(row: Mapping[str, Any]) -> Sending:
    """The sending of a row that a select found whole."""
    typed = {"channel": ReminderChannel(row["channel"]), "attempts": tuple(row["attempts"])}
    return Sending(**{**dict(row), **typed})
