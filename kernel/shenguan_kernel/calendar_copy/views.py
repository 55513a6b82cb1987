"""By which calendar does this service count now? For commands, reactions and views alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol, TypeVar

from shenguan_kernel.working_days import Calendar, Limit

from . import rules
from .rules import KeptYear

A = TypeVar("A")


class Finds(Protocol):
    """A `Tx` or a `Read`: whoever can look up a row by its key."""

    async def find(self, kind: type[A], *key: Any) -> A | None:
        """The row, or None."""


async def calendar_for(reader: Finds, since_at: datetime, limit: Limit) -> Calendar:
    """The calendar for a limit that begins at `since_at`, as notify-svc last told it."""
    years = rules.years_touched(since_at, limit)
    kept = [(year, await reader.find(KeptYear, year)) for year in years]
    return rules.calendar_from((year, row.as_year() if row else None) for year, row in kept)
