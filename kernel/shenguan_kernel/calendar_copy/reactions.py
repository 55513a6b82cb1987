"""What does a service do when the calendar is amended? It keeps the year as it stands now."""

from __future__ import annotations

from shenguan_chassis.deciding import on
from shenguan_chassis.tx import Tx
from shenguan_contracts.notify import CalendarAmended

from .rules import KeptYear


@on(CalendarAmended)
async def keep_year(tx: Tx, amended: CalendarAmended) -> None:
    """留存工作日历: each event carries the whole year, so the last one is all there is to know (ALL art. 82)."""
    if tx.heard is not None:
        tx.keep(KeptYear.told_by(amended, version=tx.heard.sequence))
