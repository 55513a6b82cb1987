"""Who counts obligations again after the calendar was amended? One loop: it goes through them once per edition.

Open ones get their new end; who was held late is not, where a day off that was entered late gave more time.

How far it came is kept, so it goes on after a crash. An obligation that opens meanwhile is counted by the new edition,
or its transaction fails: it reads the year under the version check. Two replicas at once: the row's version guards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shenguan_chassis.reading import Read
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.together import transact_together
from shenguan_chassis.tx import Tx
from shenguan_kernel.working_days import Calendar, OfficeHours, OutsideCalendar

from ..calendar import views as calendar
from ..calendar.rules import PublishedYear
from ..duties.limits import Length, Measure
from . import commands
from .counting import Count, end_of_count
from .rules import LATE, Obligation
from .store import Recounted, all_recounted, countable_after

AT_ONCE = 2_000
"""Obligations looked at per step; those that move are changed in one transaction."""

LONGEST_SLEEP = 10.0
"""Seconds until the next look at the latest; the bell rings when an amendment was entered by this replica."""


async def count_again(runtime: Runtime) -> None:
    """Count again whatever a new edition of a year may have moved, for ever."""
    bell = runtime.bell("recounting", PublishedYear)
    while True:
        if not await step(runtime):
            await bell.wait(LONGEST_SLEEP)


async def step(runtime: Runtime) -> bool:
    """One step through open and late obligations; False if every edition was counted by."""
    async with runtime.reading(runtime.myself) as read:
        editions = await calendar.editions_now(read)
        known = {row["year"]: read.load(Recounted, row) for row in await read.rows(all_recounted())}
        behind = {year: edition for year, edition in editions.items() if _is_behind(known.get(year), edition)}
        if not behind:
            return False
        rows = await read.rows(countable_after(_cursor(known, behind), date(min(behind), 1, 1), AT_ONCE))
        moved = _moved(read, rows, await calendar.whole_calendar(read))
    if moved:
        await transact_together(runtime, commands.count_again, moved, wanted=[(Obligation, key) for key in moved])
    await runtime.transact(_note, behind, rows[-1]["id"] if len(rows) == AT_ONCE else None)
    return True


def _is_behind(known: Recounted | None, edition: int) -> bool:
    return known is None or known.edition != edition or known.after is not None


def _cursor(known: Mapping[int, Recounted], behind: Mapping[int, int]) -> UUID | None:
    """Where to go on: at the beginning, where any of the years has an edition that was not begun with."""
    begun = [known[year].after for year, edition in behind.items() if year in known and known[year].edition == edition]
    places = [after for after in begun if after is not None]
    return min(places) if len(places) == len(behind) else None


def _moved(read: Read, rows: Sequence[Any], known: Calendar) -> list[UUID]:
    return [row["id"] for row in rows if _has_moved(row, _count_of(read, row), known)]


def _count_of(read: Read, row: Any) -> Count:
    """What the row is counted from; most were never stopped nor lengthened, and need not be read whole."""
    if row["pauses"] or row["extensions"]:
        obligation: Obligation = read.load(Obligation, row)
        return obligation.count()
    length = Length(Measure(row["measure"]), row["days"], row["length_at"])
    hours = OfficeHours.closing(row["after_hours"], row["closes_minute"])
    return Count(since_at=row["since_at"], length=length, hours=hours)


def _has_moved(row: Any, count: Count, known: Calendar) -> bool:
    try:
        end = end_of_count(count, known)
    except OutsideCalendar:
        return False
    before: datetime = row["due_at"]
    if row["state"] in LATE:
        return end.due_at > before
    return (end.due_at, end.provisional) != (before, row["provisional"])


async def _note(tx: Tx, behind: Mapping[int, int], after: UUID | None) -> None:
    for year, edition in behind.items():
        tx.keep(Recounted(year=year, edition=edition, after=after))
