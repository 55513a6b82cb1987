"""Who says that a year is missing? The house itself, when the legal day has come."""

from __future__ import annotations

from shenguan_chassis.tx import Tx
from shenguan_kernel.working_days import legal_day

from ..calendar import views as calendar
from ..obligations import views as obligations
from . import rules
from .rules import MissingYear
from .store import notice_id


async def miss_years(tx: Tx) -> int:
    """放假安排未载入: tell the operator of each year that is due to be told; returns of how many.

    Two replicas at once: the row's version, or its key, lets one of them say it.
    """
    return sum([await _miss(tx, year) for year in rules.wanted_years(legal_day(tx.now))])


async def _miss(tx: Tx, year: int) -> bool:
    if await calendar.is_announced(tx, year):
        return False
    known = await tx.find(MissingYear, notice_id(year))
    if not rules.is_due(known, year, tx.now):
        return False
    missed = rules.miss(known, notice_id(year), year, await obligations.how_many_provisional(tx), tx.now)
    if known is None:
        tx.add(*missed)
    else:
        tx.save(*missed)
    return True
