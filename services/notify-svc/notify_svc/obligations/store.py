"""Where do obligations lie, and how are those found that need a look?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Select,
    Text,
    Uuid,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import BUREAU, aggregate, copy
from shenguan_contracts.duties import Duty
from shenguan_contracts.types import Post

from .rules import LATE, OWED, Obligation, ObligationState

metadata = MetaData()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyAnswer:
    """An act that was heard before the event that asks for it: other topics have another pace.

    `look_at` is when it is looked at once more, for a question that another replica was opening unseen; None: it was.
    """

    obligation_id: UUID
    said_at: datetime
    look_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """督办记录: a rung of one obligation's ladder that was told, and who held the post then; None: nobody."""

    obligation_id: UUID
    rung: Post
    department: str
    person_id: UUID | None
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDate:
    """原截止时间: an end that an obligation had until its event number `until` moved it, and which event that was."""

    obligation_id: UUID
    until: int
    department: str
    due_on: date
    due_at: datetime
    moved_by: str
    moved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """重算进度: the edition of a year by which all open obligations were counted again, or how far that has come."""

    year: int
    edition: int
    after: UUID | None


obligations = aggregate(
    metadata,
    Obligation,
    noun="obligation",
    owner="department",
    columns=[
        Column("duty", Text, nullable=False),
        Column("edition", BigInteger, nullable=False),
        Column("timer", Boolean, nullable=False),
        Column("department", Text, nullable=False),
        Column("recipient", Text),
        Column("about", Text, nullable=False),
        Column("since_at", DateTime(timezone=True), nullable=False),
        Column("measure", Text, nullable=False),
        Column("days", Integer, nullable=False),
        Column("length_at", DateTime(timezone=True)),
        Column("after_hours", Text, nullable=False),
        Column("closes_minute", Integer, nullable=False),
        Column("pauses", JSONB, nullable=False),
        Column("extensions", JSONB, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("provisional", Boolean, nullable=False),
        Column("calendar", ARRAY(Text), nullable=False),
        Column("state", Text, nullable=False),
        Column("card", Text),
        Column("warn_at", DateTime(timezone=True)),
        Column("met_at", DateTime(timezone=True)),
        Column("overdue_at", DateTime(timezone=True)),
        Column("ended_at", DateTime(timezone=True)),
        Column("disclaimed_by", Text),
        Column("disclaimed_for", Text),
        Column("rungs_told", Integer, nullable=False),
        Column("look_at", DateTime(timezone=True)),
    ],
)
# Only what still needs a look is in it: its size, and the scheduler's cost, follow what is due, not what ever was.
Index("obligations_look_at", obligations.c.look_at, postgresql_where=obligations.c.look_at.is_not(None))
Index("obligations_by_bearer", obligations.c.department, obligations.c.due_at, obligations.c.id)
Index("obligations_by_due", obligations.c.due_at, obligations.c.id)
Index("obligations_by_about", obligations.c.about)
Index("obligations_by_state", obligations.c.state, obligations.c.due_at, obligations.c.id)
Index("obligations_by_duty", obligations.c.duty, obligations.c.due_at, obligations.c.id)
Index(
    "obligations_by_bearer_and_state",
    obligations.c.department,
    obligations.c.state,
    obligations.c.due_at,
    obligations.c.id,
)

Index(
    "obligations_by_card",
    obligations.c.card,
    obligations.c.due_at,
    obligations.c.id,
    postgresql_where=obligations.c.card.is_not(None),
)
# What an amendment of the calendar may move: small beside what ever was.
Index("obligations_open", obligations.c.id, postgresql_where=obligations.c.state == "open")

early_answers = copy(
    metadata,
    EarlyAnswer,
    key=["obligation_id"],
    owner=BUREAU,
    table="early_answers",
    columns=[
        Column("obligation_id", Uuid, primary_key=True),
        Column("said_at", DateTime(timezone=True), nullable=False),
        Column("look_at", DateTime(timezone=True)),
    ],
)
Index("early_answers_look_at", early_answers.c.look_at, postgresql_where=early_answers.c.look_at.is_not(None))

escalations = copy(
    metadata,
    Escalation,
    key=["obligation_id", "rung"],
    owner="department",
    table="escalations",
    columns=[
        Column("obligation_id", Uuid, primary_key=True),
        Column("rung", Text, primary_key=True),
        Column("department", Text, nullable=False),
        Column("person_id", Uuid),
        Column("raised_at", DateTime(timezone=True), nullable=False),
    ],
)
Index("escalations_by_time", escalations.c.raised_at, escalations.c.obligation_id, escalations.c.rung)
Index(
    "escalations_by_bearer",
    escalations.c.department,
    escalations.c.raised_at,
    escalations.c.obligation_id,
    escalations.c.rung,
)


earlier_dates = copy(
    metadata,
    EarlierDate,
    key=["obligation_id", "until"],
    owner="department",
    table="earlier_dates",
    columns=[
        Column("obligation_id", Uuid, primary_key=True),
        Column("until", BigInteger, primary_key=True, autoincrement=False),
        Column("department", Text, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("moved_by", Text, nullable=False),
        Column("moved_at", DateTime(timezone=True), nullable=False),
    ],
)

recounted = copy(
    metadata,
    Recounted,
    key=["year"],
    owner=BUREAU,
    table="recounted",
    columns=[
        Column("year", Integer, primary_key=True, autoincrement=False),
        Column("edition", BigInteger, nullable=False),
        Column("after", Uuid),
    ],
)


@lru_cache(maxsize=8_192)  # asked for twice by each event of a batch
def obligation_id(duty: Duty, about: str, party: str, each: str = "") -> UUID:
    """The one id of a duty about one thing and one party: the question and its answer both find it.

    `each` tells repeated ones apart, where a thing may have several (one per term of a licence).
    """
    return derived_id("obligation", duty, about, party, *([each] if each else []))


def owed_about(duty: Duty, about: str, party: str) -> Select[tuple[UUID]]:
    """The obligations of a duty about a thing and a party that somebody still owes, however many."""
    return select(obligations.c.id).where(
        obligations.c.about == about,
        obligations.c.duty == duty,
        obligations.c.department == party,
        obligations.c.state.in_(OWED),
    )


def countable_after(after: UUID | None, from_on: date, most: int) -> Select[tuple[object, ...]]:
    """Open and late obligations that end on or after a day, in the order of their ids, beginning after one."""
    states = (ObligationState.OPEN, *LATE)
    wanted = select(obligations).where(obligations.c.state.in_(states), obligations.c.due_on >= from_on)
    if after is not None:
        wanted = wanted.where(obligations.c.id > after)
    return wanted.order_by(obligations.c.id).limit(most)


@cache
def next_look() -> Select[tuple[datetime]]:
    """The nearest instant at which an obligation needs a look; one index entry is read."""
    return select(obligations.c.look_at).where(obligations.c.look_at.is_not(None)).order_by("look_at").limit(1)


def to_look_at(before: datetime, most: int, held: Sequence[Duty] = ()) -> Select[tuple[UUID, datetime]]:
    """The obligations to look at before an instant, the longest waiting first, but for those of `held` duties."""
    wanted = select(obligations.c.id, obligations.c.look_at).where(obligations.c.look_at < before)
    if held:
        wanted = wanted.where(obligations.c.duty.not_in(held))
    return wanted.order_by(obligations.c.look_at).limit(most)


def early_to_look_at(before: datetime, most: int) -> Select[tuple[UUID, datetime, datetime]]:
    """Early answers to look at once more; locked, so that what came meanwhile is not written over."""
    place = early_answers.c
    wanted = select(early_answers).where(place.look_at < before).order_by(place.look_at).limit(most)
    return wanted.with_for_update()


def all_recounted() -> Select[tuple[object, ...]]:
    """How far each year's newest edition was counted by."""
    return select(recounted)
