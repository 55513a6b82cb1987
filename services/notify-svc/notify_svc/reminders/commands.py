"""What changes reminders? Occasions plan them, replicas share what is to be sent, people ask for one more sending."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from shenguan_chassis.backoff import Backoff
from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.reminders import Occasion, ReminderChannel
from shenguan_contracts.types import Post
from shenguan_kernel.roles import Role

from ..contacts.commands import KEEPERS
from ..contacts.rules import Contact
from ..directory.views import holder_of
from . import rules
from .rules import Attempt, Reminder, ReminderState, Sending, Telling
from .store import due, reminder_id, sending_of

IN_SIGHT = 2_000
"""Sendings that are looked at in one transaction: those of one person by one channel go out as one message."""
_OPERATORS = (Role.LIAISON_LEAD, Role.LIAISON_OFFICER, Role.BUREAU_HEAD, Role.SYSTEM_ADMINISTRATOR)


class TryContact(Body):
    """测试提醒渠道."""

    channel: ReminderChannel = Field(description="哪种渠道。", examples=["email"])


@command(*KEEPERS)
async def try_contact(tx: Tx, contact_id: UUID, body: TryContact) -> Reminder:
    """Send a test message by one channel of a person, at once and by the way of all reminders."""
    contact = rules.reached(await tx.get(Contact, contact_id), body.channel)
    telling = Telling(Occasion.TRIED, str(tx.new_id()))
    key = reminder_id(telling.occasion, telling.each, contact.id, body.channel)
    reminder, said, sending = rules.plan(key, contact, body.channel, telling, tx.now)
    tx.keep(sending)
    return tx.add(reminder, said)


@command(*_OPERATORS)
async def repeat_reminder(tx: Tx, reminder_id: UUID) -> Reminder:
    """Send a reminder once more, at once: one that was sent, given up or dropped."""
    reminder = await tx.get(Reminder, reminder_id)
    sending, contact = await tx.get(Sending, reminder.id), await tx.find(Contact, reminder.person_id)
    again, said, sending = rules.repeat(reminder, sending, contact, tx.now)
    tx.keep(sending)
    return tx.save(again, said)


async def tell(tx: Tx, people: Iterable[UUID | None], telling: Telling) -> int:
    """Plan the reminders of one occasion, each person once however many posts he holds; returns how many."""
    planned = 0
    for person in dict.fromkeys(people):
        contact = None if person is None else await tx.find(Contact, person)
        if contact is None:
            continue
        for channel in contact.channels:
            key = reminder_id(telling.occasion, telling.each, contact.id, channel)
            reminder, said, sending = rules.plan(key, contact, channel, telling, tx.now)
            tx.add(reminder, said)
            tx.keep(sending)
            planned += 1
    return planned


async def holders(tx: Tx, department: str, posts: Iterable[Post]) -> list[UUID | None]:
    """Who holds these posts of a department now."""
    return [await holder_of(tx, department, post) for post in posts]


async def take_in_hand(tx: Tx, system: datetime, most: int) -> list[list[Sending]]:
    """Hold what is due for this replica alone: up to `most` groups, each for one person by one channel.

    A replica that dies with them leaves them to the others when `HELD_FOR` is over: one more message at most.
    """
    groups: dict[tuple[UUID, str], list[Sending]] = {}
    for row in await tx.query(due(tx.now, system, IN_SIGHT)):
        groups.setdefault((row["person_id"], row["channel"]), []).append(sending_of(row))
    taken = [*groups.values()][:most]
    for sending in (one for group in taken for one in group):
        tx.keep(replace(sending, held_until=system + rules.HELD_FOR))
    return taken


@dataclass(frozen=True, slots=True)
class Noted:
    """What came of one reminder in a message: the attempt, or None if it was not worth saying any more."""

    sending: Sending
    attempt: Attempt | None
    told: str = ""


def noted_wants(noted: Sequence[Noted]) -> list[tuple[type[Any], Any]]:
    """The rows that `note` will ask for, to be read at once."""
    return [(Reminder, one.sending.reminder_id) for one in noted]


async def note(tx: Tx, noted: Sequence[Noted]) -> None:
    """What came of a message, for each reminder in it. After a crash before this, it is sent once more."""
    for one in noted:
        reminder = await tx.get(Reminder, one.sending.reminder_id)
        if reminder.state is ReminderState.WAITING:
            _note_one(tx, reminder, one)


def _note_one(tx: Tx, reminder: Reminder, one: Noted) -> None:
    if one.attempt is None:
        dropped, said, sending = rules.drop(reminder, one.sending, tx.now)
        tx.save(dropped, said)
        tx.keep(sending)
        return
    sending = rules.tried(one.sending, one.attempt, pause=_pause(one.sending))
    ended = rules.outcome_of(reminder, sending, one.attempt, one.told)
    if ended is not None:
        tx.save(*ended)
    tx.keep(sending)


def _pause(sending: Sending) -> float:
    """Seconds until the next try: doubled each time, never all at one instant."""
    backoff = Backoff(rules.FIRST_PAUSE, rules.LONGEST_PAUSE)
    backoff.tries = sending.tries
    return backoff.next()
