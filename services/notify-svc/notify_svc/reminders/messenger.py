"""Who sends what is due? Every replica: each takes in hand what no other has, and what it took is sent once.

What is to be sent lies in rows, by the legal clock; a crash after the sending and before the record sends it once more,
and no other does. All that is due to one person by one channel goes out as one message: a digest, the end of a night,
or a thousand ends at one midnight.
"""

from __future__ import annotations

import asyncio
from typing import Final

from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.together import transact_together

from ..contacts.addresses import in_clear
from ..settings import settings_of
from . import commands, views
from .clerks import Clerks
from .commands import Noted
from .rules import Attempt, Reminder, Sending, is_so
from .views import Parcel
from .wording import Message, message_of

LOOK_AGAIN: Final = 5.0
"""Seconds until the next look at the latest: another replica may have left something behind."""


async def remind(runtime: Runtime) -> None:
    """Send what is due, for ever."""
    bell = runtime.bell("reminders", Sending)
    if isinstance(runtime.clock, SandboxClock):
        runtime.clock.on_move(bell.ring)
    clerks = Clerks(runtime)
    try:
        async with asyncio.TaskGroup() as under_way:
            while True:
                left = await _until_next(runtime)
                if left > 0 or not await _hand_out(runtime, clerks, under_way):
                    await bell.wait(left or LOOK_AGAIN)
    finally:
        await clerks.close()


async def _hand_out(runtime: Runtime, clerks: Clerks, under_way: asyncio.TaskGroup) -> bool:
    """Begin to send what is due, as far as there are clerks; False if nothing was begun."""
    if clerks.free <= 0:
        return False
    system = runtime.clock.system()
    groups: list[list[Sending]] = await transact_together(runtime, commands.take_in_hand, system, clerks.free)
    for group in groups:
        task = under_way.create_task(send(runtime, clerks, group))
        task.add_done_callback(lambda _: runtime.bell("reminders").ring())
    return bool(groups)


async def send(runtime: Runtime, clerks: Clerks, group: list[Sending]) -> None:
    """Send one message for a group and put on record what came of it, for each reminder in it."""
    async with runtime.reading(runtime.myself) as read:
        parcel = await views.parcel_of(read, group)
    said = [one for one in parcel.reminders if parcel.address is not None and _holds(one, parcel)]
    message = message_of(said, parcel.obligations, parcel.offices, settings_of(runtime).public_url) if said else None
    attempt = await _attempted(runtime, clerks, parcel, said, message)
    lines = dict(zip([one.id for one in said], message.lines if message else (), strict=True))
    noted = [Noted(one, attempt if one.reminder_id in lines else None, lines.get(one.reminder_id, "")) for one in group]
    await transact_together(runtime, commands.note, noted, wanted=commands.noted_wants(noted))


def _holds(reminder: Reminder, parcel: Parcel) -> bool:
    about = None if reminder.obligation_id is None else parcel.obligations.get(reminder.obligation_id)
    return is_so(reminder.occasion, about)


async def _attempted(
    runtime: Runtime, clerks: Clerks, parcel: Parcel, said: list[Reminder], message: Message | None
) -> Attempt | None:
    if message is None or parcel.address is None:
        return None
    at, clock = runtime.clock.legal(), asyncio.get_running_loop().time
    began = clock()
    carried = await clerks.carry(said[0].channel, in_clear(parcel.address), message.title, message.body)
    return Attempt(
        at=at,
        took=round((clock() - began) * 1_000),
        to=parcel.address.masked,
        outcome=carried.outcome,
        good=carried.good,
        together=len(said),
        retry_after=carried.retry_after,
    )


async def _until_next(runtime: Runtime) -> float:
    """Seconds until something is due, `LOOK_AGAIN` at most; 0: something is. One index entry is read."""
    async with runtime.reading(runtime.myself) as read:
        nearest, now = await views.nearest(read), read.now
    return LOOK_AGAIN if nearest is None else min(max((nearest - now).total_seconds(), 0.0), LOOK_AGAIN)
