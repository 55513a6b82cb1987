"""Who doubts the clock, and who trusts it again? The house by itself; an operator where one machine is alone."""

from __future__ import annotations

from datetime import datetime

from shenguan_chassis.deciding import command
from shenguan_chassis.tx import Tx
from shenguan_kernel.roles import Role

from . import rules
from .rules import ClockWatch, Doubt
from .store import WATCH, ClockSeen


@command(Role.SYSTEM_ADMINISTRATOR)
async def confirm_clock(tx: Tx) -> ClockWatch:
    """确认时钟: an operator has looked at the host's clock, and it is right; what was held goes on."""
    return tx.save(*rules.confirm(await tx.find(ClockWatch, WATCH), tx.now))


async def note_clock(tx: Tx, found: Doubt | None, wall: datetime) -> ClockWatch | None:
    """Keep what a reading of the clocks found, and the time of the look: a clock that nobody looked at lately waits."""
    known = await tx.find(ClockWatch, WATCH)
    changed = rules.doubt(known, WATCH, found, wall) if found else rules.agree(known, wall)
    if changed is not None:
        known = tx.add(*changed) if known is None else tx.save(*changed)
    tx.keep(ClockSeen(seen_at=wall))
    return known
