"""Of what is whom to be reminded, until when is that worth saying, and what becomes of a reminder?

    WAITING ──the channel took it──▶ SENT
      ├─────its tries are over─────▶ FAILED
      └─────it is so no more───────▶ DROPPED      each of them ──somebody asks for it──▶ WAITING

A reminder is one occasion for one person by one channel. Its id is made of these, so an event that is heard again, or
by two replicas, makes no second one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.reminders import (
    Occasion,
    ReminderChannel,
    ReminderDropped,
    ReminderFailed,
    ReminderPlanned,
    ReminderRepeated,
    ReminderSent,
)
from shenguan_contracts.types import Post
from shenguan_kernel.machines import Machine, Transition, step

from ..contacts.rules import Contact
from ..obligations.rules import OWED, RUNNING, Obligation, ObligationState

FIRST_PAUSE: Final = 30.0
LONGEST_PAUSE: Final = 3_600.0
"""Seconds between tries, at first and at most."""
MOST_TRIES: Final = 12
"""About seven hours of tries, so a channel that is down over a morning misses nothing; then it is given up, visibly."""
HELD_FOR: Final = timedelta(minutes=2)
"""So long what a replica took in hand is left to it (system time); if it died, another one sends it then."""
_MOST_KEPT: Final = 30
"""Attempts that are kept of a reminder: the first ones, and the last."""


class ReminderState(StrEnum):
    """状态."""

    WAITING = "waiting"
    """待发送"""
    SENT = "sent"
    """已发出"""
    FAILED = "failed"
    """已放弃"""
    DROPPED = "dropped"
    """已作罢"""


_S = ReminderState
TRANSITIONS: Final[Machine[ReminderState]] = {
    ReminderPlanned: Transition(to=_S.WAITING),
    ReminderSent: Transition((_S.WAITING,), _S.SENT),
    ReminderFailed: Transition((_S.WAITING,), _S.FAILED),
    ReminderDropped: Transition((_S.WAITING,), _S.DROPPED),
    ReminderRepeated: Transition((_S.SENT, _S.FAILED, _S.DROPPED), _S.WAITING),
}


class StillWaiting(Refusal, rule="R10"):
    """该提醒尚待发送：到时会自动发出，无需再次发送。"""


class ChannelNotThere(Refusal, rule="R16"):
    """该人员现未登记此种提醒渠道：请先登记或变更提醒渠道。"""


OF_BEARER: Final = (Post.LIAISON_OFFICER, Post.LIAISON_LEAD)
"""Who is told of what an office still has to do (R16)."""
OF_SECOND: Final = (Post.LIAISON_LEAD, Post.PRINCIPAL_HEAD)
"""Who may agree that a duty does not apply."""
URGENT: Final = frozenset({Occasion.CLOCK_DOUBTED, Occasion.TRIED})
"""What neither quiet hours nor a digest delay: legal effects are held until somebody acts; who tries it out waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """提醒. `facts` are what its event said beyond the obligation; `told` is the line that was sent."""

    id: UUID
    version: int = 0
    department: str
    person_id: UUID
    channel: ReminderChannel
    occasion: Occasion
    obligation_id: UUID | None
    facts: dict[str, str] = field(default_factory=dict)
    state: ReminderState
    planned_at: datetime
    ended_at: datetime | None = None
    told: str | None = None

    def named(self) -> dict[str, Any]:
        """What its events say of it."""
        return {
            "reminder_id": self.id,
            "department": self.department,
            "person_id": self.person_id,
            "channel": self.channel,
            "occasion": self.occasion,
            "obligation_id": self.obligation_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """发送安排: when a reminder is to be tried (legal time; None: no more), who has it in hand, and what was tried."""

    reminder_id: UUID
    department: str
    person_id: UUID
    channel: ReminderChannel
    due_at: datetime | None
    held_until: datetime | None = None
    tries: int = 0
    attempts: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try: when (legal time), how long it took (ms), to where (masked), and what came of it, as a code.

    `together` reminders went out in the one message; `retry_after` are seconds that the channel asked for.
    """

    at: datetime
    took: int
    to: str
    outcome: str
    good: bool
    together: int = 1
    retry_after: float = 0

    def kept(self) -> dict[str, Any]:
        """As it lies in the row."""
        told = {"at": self.at.isoformat(), "took_ms": self.took, "to": self.to, "outcome": self.outcome}
        return told | {"together": self.together}


@dataclass(frozen=True, slots=True)
class Telling:
    """One occasion, before it is known who is told of it. `each` tells the occasions of one thing apart."""

    occasion: Occasion
    each: str
    obligation_id: UUID | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


Planned = tuple[Reminder, ReminderPlanned, Sending]


def plan(key: UUID, contact: Contact, channel: ReminderChannel, telling: Telling, at: datetime) -> Planned:
    """列入提醒: not before the person may be told."""
    due_at = contact.habit.earliest(at, urgent=telling.occasion in URGENT)
    said = ReminderPlanned(
        reminder_id=key,
        department=contact.department,
        person_id=contact.id,
        channel=channel,
        occasion=telling.occasion,
        obligation_id=telling.obligation_id,
        planned_at=at,
        due_at=due_at,
    )
    reminder = Reminder(
        id=key,
        department=contact.department,
        person_id=contact.id,
        channel=channel,
        occasion=telling.occasion,
        obligation_id=telling.obligation_id,
        facts=dict(telling.facts),
        state=step(TRANSITIONS, None, said),
        planned_at=at,
    )
    return reminder, said, _sending(reminder, due_at)


def _sending(reminder: Reminder, due_at: datetime) -> Sending:
    return Sending(
        reminder_id=reminder.id,
        department=reminder.department,
        person_id=reminder.person_id,
        channel=reminder.channel,
        due_at=due_at,
    )


def is_so(occasion: Occasion, obligation: Obligation | None) -> bool:
    """Is it still worth saying? What was met, moved or ended while a person slept is not said in the morning."""
    if obligation is None:
        return True
    match occasion:
        case Occasion.NEARLY_DUE:
            return obligation.state is ObligationState.OPEN and obligation.card is not None
        case Occasion.OVERDUE:
            return obligation.state is ObligationState.OVERDUE
        case Occasion.RESCHEDULED:
            return obligation.state in RUNNING
        case Occasion.DISCLAIMED:
            return obligation.state in OWED
        case _:
            return True


def tried(sending: Sending, attempt: Attempt, *, pause: float) -> Sending:
    """The sending after an attempt: over if it went well or was the last, else due again after `pause` seconds."""
    attempts = (*sending.attempts, attempt.kept())
    if len(attempts) > _MOST_KEPT:
        attempts = (*attempts[: _MOST_KEPT // 2], *attempts[-_MOST_KEPT // 2 :])
    tries = sending.tries + 1
    over = attempt.good or tries >= MOST_TRIES
    due_at = None if over else attempt.at + timedelta(seconds=max(pause, attempt.retry_after))
    return replace(sending, tries=tries, attempts=attempts, held_until=None, due_at=due_at)


def outcome_of(
    reminder: Reminder, sending: Sending, attempt: Attempt, told: str
) -> tuple[Reminder, ReminderSent | ReminderFailed] | None:
    """What an attempt makes of the reminder; None while it will be tried again."""
    if attempt.good:
        sent = ReminderSent(**reminder.named(), tries=sending.tries, sent_at=attempt.at)
        state = step(TRANSITIONS, reminder.state, sent)
        return replace(reminder, state=state, ended_at=attempt.at, told=told), sent
    if sending.due_at is not None:
        return None
    failed = ReminderFailed(**reminder.named(), tries=sending.tries, failed_at=attempt.at)
    return replace(reminder, state=step(TRANSITIONS, reminder.state, failed), ended_at=attempt.at), failed


def drop(reminder: Reminder, sending: Sending, at: datetime) -> tuple[Reminder, ReminderDropped, Sending]:
    """作罢: it is so no more, or nothing leads to the person."""
    said = ReminderDropped(reminder_id=reminder.id, department=reminder.department, dropped_at=at)
    dropped = replace(reminder, state=step(TRANSITIONS, reminder.state, said), ended_at=at)
    return dropped, said, replace(sending, due_at=None, held_until=None)


def repeat(
    reminder: Reminder, sending: Sending, contact: Contact | None, at: datetime
) -> tuple[Reminder, ReminderRepeated, Sending]:
    """再次发送, at once. Raises StillWaiting, ChannelNotThere."""
    if reminder.state is ReminderState.WAITING:
        raise StillWaiting(reminder=reminder.id)
    reached(contact, reminder.channel)
    said = ReminderRepeated(reminder_id=reminder.id, department=reminder.department, repeated_at=at)
    again = replace(reminder, state=step(TRANSITIONS, reminder.state, said), ended_at=None)
    return again, said, replace(sending, due_at=at, held_until=None, tries=0)


def reached(contact: Contact | None, channel: ReminderChannel) -> Contact:
    """The contact, if the person is reached by that kind of channel. Raises ChannelNotThere."""
    if contact is None or channel not in contact.channels:
        raise ChannelNotThere(channel=channel)
    return contact
