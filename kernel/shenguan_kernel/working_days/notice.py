"""By when must people be told, so that enough clear days lie between the notice and the event?"""

from __future__ import annotations

from datetime import date

from shenguan_kernel.working_days.calendar import Calendar


def last_notice_day(event_on: date, clear_working_days: int, calendar: Calendar) -> date:
    """The last working day on which to give notice: `clear_working_days` (≥ 1) lie between it and `event_on`.

    Neither the day of the notice nor that of the event counts. A hearing on Fri 2026-04-03 with 7 clear working days is
    notified by 2026-03-24 (行政许可法 art. 48). Raises OutsideCalendar.
    """
    if clear_working_days < 1:
        raise ValueError("a notice leaves at least one clear day")
    return calendar.nth_before(event_on, clear_working_days + 1)
