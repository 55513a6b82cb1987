"""Why does an obligation end then, and what ends when? Reading only: every reason is counted anew from what is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import Response
from icalendar import Calendar as ICalendar
from icalendar import Event as IEvent
from pydantic import Field

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Read
from shenguan_contracts.duties import Duty
from shenguan_contracts.types import AfterHoursRule
from shenguan_kernel.roles import READERS

from ..calendar.views import DayView, explained
from ..duties.telling import limit_in_words
from ..duties.views import row_of
from ..obligations.rules import Obligation
from ..obligations.views import EarlierView, earlier_ends, end_then, owed_by
from .strip import strip
from .words import PROCEDURES, STATES, whole_sentence

MOST_IN_A_CALENDAR: Final = 2_000
"""Entries of one office's calendar: the nearest ends."""


class PauseView(Shown):
    """A time during which the clock stood still."""

    since_on: date = Field(description="First day, not counted.")
    until_on: date | None = Field(description="Last day, not counted; null: it stands still now.")
    ground: str = Field(description="The special procedure, as a code.")
    text: str = Field(description="The special procedure and its article, Chinese.")


class ExtensionView(Shown):
    """A lawful extension."""

    days: int = Field(description="Further working days.")
    until_at: datetime | None = Field(description="The new last instant, where one was named.")
    ground: str = Field(description="The event that gave it.")
    extended_at: datetime = Field(description="When.")


class Explanation(Shown):
    """Every reason for the end of one obligation."""

    obligation_id: UUID = Field(description="The obligation.")
    version: int = Field(description="Its version.")
    duty: Duty = Field(description="Which duty.")
    title: str = Field(description="Its title, Chinese.")
    limit: str = Field(description="The limit of the duty, Chinese.")
    edition: int = Field(description="The edition of the limit it was born under; 0: as the table has it.")
    source: str = Field(description="What it rests on, Chinese.")
    since_at: datetime = Field(description="The instant it counts from.")
    due_on: date = Field(description="Last day.")
    due_at: datetime = Field(description="The instant it ends; an act at it is still in time.")
    provisional: bool = Field(description="True if an announcement may still move it.")
    after_hours: AfterHoursRule = Field(description="What a receipt after closing time counts as at this office.")
    closes_at: str = Field(description="Its closing time in Shanghai, HH:MM.", examples=["17:00"])
    calendar: tuple[str, ...] = Field(description="Year#edition of each year counted by.")
    sentence: str = Field(description="The whole count in Chinese.")
    explanation: tuple[DayView, ...] = Field(description="Each calendar day, counted or skipped, and why.")
    suspensions: tuple[PauseView, ...] = Field(description="When the clock stood still.")
    extensions: tuple[ExtensionView, ...] = Field(description="What made it longer.")
    earlier: tuple[EarlierView, ...] = Field(description="The ends it had before, oldest first.")


@view(*READERS)
async def explanation_shown(read: Read, key: UUID) -> Explanation:
    """Every day from receipt to end with its reason, by the calendar, limit and hours it was counted by."""
    obligation = await read.get(Obligation, key)
    end, _ = await end_then(read, obligation)
    shown = explained(end, obligation.calendar)
    row = row_of(obligation.duty)
    return Explanation(
        obligation_id=obligation.id,
        version=obligation.version,
        duty=obligation.duty,
        title=row.title,
        limit=limit_in_words(row.limit, obligation.days or None),
        edition=obligation.edition,
        source=row.source,
        since_at=obligation.since_at,
        due_on=obligation.due_on,
        due_at=obligation.due_at,
        provisional=obligation.provisional,
        after_hours=obligation.after_hours,
        closes_at=f"{obligation.count().hours.closes_at:%H:%M}",
        calendar=obligation.calendar,
        sentence=whole_sentence(obligation, end.sentence()),
        explanation=shown.explanation,
        suspensions=tuple(
            PauseView(
                since_on=pause.since_on,
                until_on=pause.until_on,
                ground=pause.ground,
                text=f"{PROCEDURES.get(pause.ground, pause.ground)}（行政许可法第四十五条）",
            )
            for pause in obligation.pauses
        ),
        extensions=tuple(ExtensionView.model_validate(extension) for extension in obligation.extensions),
        earlier=await earlier_ends(read, key),
    )


@view(*READERS)
async def strip_shown(read: Read, key: UUID) -> Response:
    """The same as a strip of days, SVG."""
    obligation = await read.get(Obligation, key)
    end, _ = await end_then(read, obligation)
    row = row_of(obligation.duty)
    title = f"{row.title} · {limit_in_words(row.limit, obligation.days or None)} · 至 {obligation.due_on}"
    drawn = strip(title, whole_sentence(obligation, end.sentence()), end.explanation)
    return Response(drawn, media_type="image/svg+xml")


@view(*READERS)
async def office_calendar(read: Read, department: str) -> Response:
    """What one office still owes and when it ends, as a calendar file (RFC 5545); nearest ends first."""
    return await calendar_of(read, department)


async def calendar_of(read: Read, department: str) -> Response:
    """The same for another door, whose reader sees that office."""
    made = ICalendar()
    made.add("prodid", "-//Shenguan//obligations//ZH")
    made.add("version", "2.0")
    made.add("x-wr-calname", f"{department} 待办时限")
    for obligation in await owed_by(read, department, MOST_IN_A_CALENDAR):
        made.add_component(_entry(obligation, read.now))
    return Response(made.to_ical(), media_type="text/calendar; charset=utf-8")


def _entry(obligation: Obligation, now: datetime) -> Any:
    row = row_of(obligation.duty)
    entry = IEvent()
    entry.add("uid", f"{obligation.id}@shenguan")
    entry.add("sequence", obligation.version)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", obligation.due_on)
    entry.add("dtend", obligation.due_on + timedelta(days=1))
    entry.add("summary", f"{row.title}（{STATES[obligation.state]}）")
    may_move = "；暂定，放假安排公布后重算" if obligation.provisional else ""
    entry.add("description", f"{obligation.about}；{row.source}{may_move}")
    entry.add("categories", [str(obligation.duty)])
    return entry
