"""Who counts open obligations again after the calendar was amended? One loop: it goes through them once per edition.

How far it came is kept, so it goes on after a crash. An obligation that opens meanwhile is counted by the new edition,
or its transaction fails: it reads the year under the version check. Two replicas at once: the row's version guards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from shenguan_chassis.runtime import Runtime
from shenguan_chassis.together import transact_together
from shenguan_chassis.tx import Tx
from shenguan_kernel.working_days import Calendar, OutsideCalendar

from ..calendar import views as calendar
from . import commands
from .counting import end_of_count
from .rules import Obligation
from .store import Recounted, all_recounted, open_after

AT_ONCE = 2_000
"""Obligations looked at per step; those that move are changed in one transaction."""

LONGEST_SLEEP = 10.0
"""Seconds until the next look at the latest; the bell rings when this replica's inbox heard of an amendment."""


async def count_again(runtime: Runtime) -> None:
    """Count again whatever a new edition of a year may have moved, for ever."""
    bell = runtime.bell("recounting")
    while True:
        if not await step(runtime):
            await bell.wait(LONGEST_SLEEP)


async def step(runtime: Runtime) -> bool:
    """One step through the open obligations; False if every edition was counted by."""
    async with runtime.reading(runtime.myself) as read:
        editions = await calendar.editions_now(read)
        known = {row["year"]: read.load(Recounted, row) for row in await read.rows(all_recounted())}
        behind = {year: edition for year, edition in editions.items() if _is_behind(known.get(year), edition)}
        if not behind:
            return False
        rows = await read.rows(open_after(_cursor(known, behind), date(min(behind), 1, 1), AT_ONCE))
        moved = _moved([read.load(Obligation, row) for row in rows], await calendar.whole_calendar(read))
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


def _moved(obligations: Sequence[Obligation], known: Calendar) -> list[UUID]:
    return [obligation.id for obligation in obligations if _has_moved(obligation, known)]


def _has_moved(obligation: Obligation, known: Calendar) -> bool:
    try:
        end = end_of_count(obligation.count(), known)
    except OutsideCalendar:
        return False
    return (end.due_at, end.provisional) != (obligation.due_at, obligation.provisional)


async def _note(tx: Tx, behind: Mapping[int, int], after: UUID | None) -> None:
    for year, edition in behind.items():
        tx.keep(Recounted(year=year, edition=edition, after=after))
