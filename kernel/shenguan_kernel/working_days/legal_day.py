"""Which day is it in law? The day in Asia/Shanghai: `2026-02-13T16:30Z` is already 14 February."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")

_DAY: Final = timedelta(days=1)


def legal_day(instant: datetime) -> date:
    """The day in Shanghai; raises ValueError for a time without zone, which could mean two days."""
    return shanghai_time(instant).date()


@lru_cache(maxsize=4_096)  # one instant is asked for again and again while its limit is counted
def shanghai_time(instant: datetime) -> datetime:
    """The same instant on a Shanghai wall clock; raises ValueError for a time without zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(SHANGHAI)


def instant_of(day: date, at: time) -> datetime:
    """The UTC instant of a Shanghai wall clock time."""
    return datetime.combine(day, at, SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """24:00 of the day as a UTC instant (民法典 art. 203)."""
    return instant_of(day + _DAY, time())
