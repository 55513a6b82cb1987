"""Who was told of what, by which channel, and what came of each try? And what is a message made of?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Between, Listing, Page, Same
from shenguan_chassis.personal.value import Personal
from shenguan_chassis.reading import Read
from shenguan_contracts.reminders import Occasion, ReminderChannel

from ..contacts.rules import Contact
from ..contacts.views import LOOKERS
from ..directory.views import office_names
from ..obligations.rules import Obligation
from ..obligations.views import obligations_now
from ..people.rules import Person
from .rules import Reminder, ReminderState, Sending
from .store import next_due, reminders


class ReminderView(Shown):
    """提醒."""

    id: UUID
    version: int
    department: str = Field(description="被提醒人员所在部门代码。")
    person_id: UUID = Field(description="被提醒人员。")
    channel: ReminderChannel = Field(description="渠道种类。")
    occasion: Occasion = Field(description="事由。")
    obligation_id: UUID | None = Field(description="相关义务。")
    state: ReminderState = Field(description="状态：waiting 待发送、sent 已发出、failed 已放弃、dropped 已作罢。")
    planned_at: datetime = Field(description="列入时间。")
    ended_at: datetime | None = Field(description="发出、放弃或作罢的时间。")
    told: str | None = Field(description="发出的内容（首行）。")


class AttemptView(Shown):
    """一次发送."""

    at: datetime = Field(description="时间。")
    took_ms: int = Field(description="毫秒数。")
    to: str = Field(description="发往何处，已脱敏。")
    outcome: str = Field(description="结果：sent 为已接收，其余为原因代码。")
    together: int = Field(description="同一条消息中的提醒数。")


class ReminderDetail(ReminderView):
    """提醒与各次发送."""

    due_at: datetime | None = Field(description="下次发送的时间；空为不再发送。")
    tries: int = Field(description="本轮尝试次数。")
    attempts: tuple[AttemptView, ...] = Field(description="各次发送。")


REMINDERS = Listing(
    "reminders",
    select(*(reminders.c[name] for name in ReminderView.model_fields)),
    shows=ReminderView,
    filters=[
        Same("department", "部门代码"),
        Same("state", "状态"),
        Same("person_id", "被提醒人员"),
        Same("obligation_id", "相关义务"),
        Between("planned_at", "列入时间"),
    ],
    sorts=["planned_at"],
)


@view(*LOOKERS)
async def reminders_listed(read: Read, wanted: Asked) -> Page[ReminderView]:
    """Who was told and is to be told of what, by time."""
    return await REMINDERS.page(read, wanted)


@view(*LOOKERS)
async def reminder_shown(read: Read, reminder_id: UUID) -> ReminderDetail:
    """One reminder with every attempt; raises NotFound."""
    reminder, sending = await read.get(Reminder, reminder_id), await read.get(Sending, reminder_id)
    return ReminderDetail(
        **ReminderView.model_validate(reminder).model_dump(),
        due_at=sending.due_at,
        tries=sending.tries,
        attempts=tuple(AttemptView.model_validate(attempt) for attempt in sending.attempts),
    )


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one message to one person is made of. `address` is None where nothing leads to the person any more."""

    address: Personal | None
    reminders: Sequence[Reminder]
    obligations: dict[UUID, Obligation]
    offices: dict[str, str]


async def parcel_of(read: Read, sendings: Sequence[Sending]) -> Parcel:
    """The reminders of one person by one channel, with what they are about as it stands now."""
    ids = [sending.reminder_id for sending in sendings]
    rows: Sequence[Any] = await read.rows(select(reminders).where(reminders.c.id.in_(ids)))
    found = {reminder.id: reminder for reminder in (read.load(Reminder, row) for row in rows)}
    about = {one.obligation_id for one in found.values() if one.obligation_id is not None}
    obligations = await obligations_now(read, about)
    return Parcel(
        address=await _address(read, sendings[0]),
        reminders=[found[key] for key in ids],
        obligations=obligations,
        offices=await office_names(read, {obligation.department for obligation in obligations.values()}),
    )


async def _address(read: Read, sending: Sending) -> Personal | None:
    contact = await read.find(Contact, sending.person_id)
    if contact is None or sending.channel not in contact.channels:
        return None
    if sending.channel is not ReminderChannel.SMS:
        return contact.address(sending.channel)
    person = await read.find(Person, sending.person_id)
    return None if person is None else person.mobile


async def nearest(read: Read) -> datetime | None:
    """When the next reminder is to be sent."""
    rows = await read.rows(next_due())
    return rows[0]["due_at"] if rows else None
