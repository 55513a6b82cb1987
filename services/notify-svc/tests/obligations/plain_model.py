"""What becomes of an obligation, told plainly: one pass over what happened, counting day by day."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from shenguan_kernel.working_days import end_of, legal_day, seed_calendar

CALENDAR = seed_calendar()
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Act:
    """What happened, and when it was said."""

    kind: str
    at: datetime
    days: int = 0


@dataclass
class Plain:
    """The model: one pass over what happened, in the order of time, counting day by day."""

    since_at: datetime
    days: int
    state: str = "open"

    def __post_init__(self) -> None:
        self.paused: list[tuple[date, date]] = []
        self.pause_from: date | None = None

    def ends_on(self) -> date:
        day, left = legal_day(self.since_at), self.days
        while left:
            day += DAY
            stopped = any(first <= day <= last for first, last in self.paused)
            left -= CALENDAR.is_working(day) and not stopped
        return day

    def take(self, act: Act) -> None:
        if self.state not in {"open", "suspended"}:
            return
        in_time = self.state == "suspended" or act.at <= end_of(self.ends_on())
        if act.kind == "meet":
            self.state = "met" if in_time else "met_late"
        elif act.kind == "cancel":
            self.state = "cancelled"
        elif act.kind == "extend" and in_time:
            self.days += act.days
        elif act.kind == "suspend" and in_time and self.state == "open":
            self.state, self.pause_from = "suspended", legal_day(act.at)
        elif act.kind == "resume" and self.pause_from is not None and self.state == "suspended":
            self.paused.append((self.pause_from, legal_day(act.at)))
            self.state, self.pause_from = "open", None

    def at_last(self, now: datetime) -> str:
        late = self.state == "open" and now > end_of(self.ends_on())
        return "overdue" if late else self.state


def a_life(chance: random.Random) -> tuple[datetime, int, list[Act]]:
    """When it began, how many working days it had, and what happened, in the order of time."""
    since_at = datetime(2025, 1, 2, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(24 * 300))
    days = chance.randrange(1, 21)
    times = sorted(since_at + timedelta(hours=chance.randrange(24 * 60)) for _ in range(chance.randrange(7)))
    kinds = ["suspend", "resume", "resume", "extend", "meet", "cancel"]
    return since_at, days, [Act(chance.choice(kinds), at, chance.randrange(1, 11)) for at in times]
