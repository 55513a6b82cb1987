"""When is something due that is not counted forward from a receipt? At a named instant, or so long before an event."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from shenguan_contracts.notify import CalendarStatus
from shenguan_kernel.working_days.calendar import Calendar
from shenguan_kernel.working_days.explanation import COUNTED, ExplainedDay, Reason, kind_of, text_of
from shenguan_kernel.working_days.legal_day import end_of, legal_day, shanghai_time
from shenguan_kernel.working_days.notice import last_notice_day
from shenguan_kernel.working_days.sentence import in_words

_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class FixedEnd:
    """定期: the law or a notice names the instant itself; no day is counted and no calendar moves it."""

    due_at: datetime
    provisional: bool = False

    @property
    def due_on(self) -> date:
        """The legal day that the instant ends or lies in."""
        return legal_day(self.due_at - _INSTANT)

    @property
    def explanation(self) -> tuple[ExplainedDay, ...]:
        """Nothing is counted."""
        return ()

    def sentence(self) -> str:
        """The end in Chinese."""
        local = shanghai_time(self.due_at)
        hour = f"{local:%H:%M}" if local.date() == self.due_on else "24时"
        return f"期限为指定时间，至{in_words(self.due_on)}{hour}届满，不逐日计算。"


@dataclass(frozen=True, slots=True)
class NoticeEnd:
    """提前通知: so many clear working days lie between the last day of the notice and the event (ALL art. 48)."""

    event_at: datetime
    days: int
    calendar: Calendar = field(repr=False)

    @property
    def event_on(self) -> date:
        """The legal day of the event, which does not count."""
        return legal_day(self.event_at)

    @property
    def due_on(self) -> date:
        """The last day for the notice, which does not count either; raises OutsideCalendar."""
        return last_notice_day(self.event_on, self.days, self.calendar)

    @property
    def due_at(self) -> datetime:
        """24:00 of it."""
        return end_of(self.due_on)

    @property
    def provisional(self) -> bool:
        """May an announcement still move it?"""
        return self.calendar.is_provisional(self.due_on, self.event_on)

    @property
    def explanation(self) -> tuple[ExplainedDay, ...]:
        """Every day from the last day of the notice to the event, both included."""
        days, number = [], 0
        for offset in range((self.event_on - self.due_on).days + 1):
            day = self.due_on + _DAY * offset
            year = self.calendar.year_of(day)
            reason = self._reason(day)
            number += reason in COUNTED
            provisional = year.status is CalendarStatus.PROVISIONAL
            days.append(
                ExplainedDay(day, number if reason in COUNTED else None, reason, text_of(reason, day), provisional)
            )
        return tuple(days)

    def sentence(self) -> str:
        """The count in Chinese."""
        held, last = in_words(self.event_on), in_words(self.due_on)
        return f"须于{held}之前留足{self.days}个工作日，通知当日和举行当日不计入；最迟于{last}24时前通知。"

    def _reason(self, day: date) -> Reason:
        if day == self.due_on:
            return Reason.NOTICE_DAY
        if day == self.event_on:
            return Reason.EVENT_DAY
        return kind_of(day, self.calendar.year_of(day))
