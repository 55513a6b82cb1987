"""When may a person be reminded? At once, but not in quiet hours; or once a day, at an hour of the person's own choice.

Instants in, instants out, by the wall clock of Shanghai, which has had no summer time since 1991.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shenguan_kernel.working_days import SHANGHAI

NIGHT_BEGINS: Final = 22 * 60
NIGHT_ENDS: Final = 6 * 60
"""夜间: from ten in the evening to six in the morning (噪声污染防治法 art. 88), unless a person says otherwise."""
_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Habit:
    """接收习惯, in minutes after midnight; equal `quiet` bounds: never quiet. `digest`: once a day, at that minute."""

    quiet_from: int = NIGHT_BEGINS
    quiet_to: int = NIGHT_ENDS
    digest: int | None = None

    def is_quiet(self, at: datetime) -> bool:
        """Is an instant within quiet hours? They begin with their first minute and end before their last."""
        length = (self.quiet_to - self.quiet_from) % _DAY
        return _minutes_since(self.quiet_from, at) < length

    def earliest(self, at: datetime, *, urgent: bool = False) -> datetime:
        """The first instant from `at` on at which the person may be told; what is urgent waits for nothing.

        Whoever chose an hour for the digest is told then, quiet or not: it is the person's own choice.
        """
        if urgent:
            return at
        if self.digest is not None:
            return _next(self.digest, at)
        return _next(self.quiet_to, at) if self.is_quiet(at) else at


def _minutes_since(minute: int, at: datetime) -> float:
    """Minutes since the wall clock last showed `minute`."""
    local = at.astimezone(SHANGHAI)
    shown = local.hour * 60 + local.minute + (local.second + local.microsecond / 1_000_000) / 60
    return (shown - minute) % _DAY


def _next(minute: int, at: datetime) -> datetime:
    """The first instant from `at` on at which the wall clock shows `minute`."""
    today = at.astimezone(SHANGHAI).replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)
    return (today if today >= at else today + timedelta(days=1)).astimezone(at.tzinfo)
