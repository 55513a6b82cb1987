"""Which doors lead to reminders? Who was told of what, every try, a test of a channel, and one more sending."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page

from . import commands, views
from .commands import TryContact
from .rules import Reminder
from .views import ReminderDetail, ReminderView

router = APIRouter(tags=["提醒"])


@router.get("/reminders", summary="提醒记录", response_model=Page[ReminderView])
async def listed(call: Call, wanted: Annotated[Asked, views.REMINDERS.query]) -> Response:
    """Who was told and is to be told of what, by which kind of channel."""
    return await call.show(views.reminders_listed, wanted)


@router.get("/reminders/{reminder_id}", summary="提醒及各次发送", response_model=ReminderDetail)
async def shown(reminder_id: UUID, call: Call) -> Response:
    """One reminder with every attempt: when, to where (masked), with what outcome."""
    return await call.show(views.reminder_shown, reminder_id)


@router.post("/reminders/{reminder_id}/repeat", summary="再次发送提醒", response_model=ReminderView)
async def repeat(reminder_id: UUID, call: Call) -> Response:
    """Send it once more, at once."""
    return await call.give(commands.repeat_reminder, reminder_id, shows=ReminderView, changes=Reminder)


@router.post("/contacts/{contact_id}/test", summary="测试提醒渠道", status_code=201, response_model=ReminderView)
async def try_out(contact_id: UUID, body: TryContact, call: Call) -> Response:
    """Send a test message by one channel; the reminder that is made says what came of it."""
    return await call.give(commands.try_contact, contact_id, body, shows=ReminderView, status=201, at="/reminders/{id}")
