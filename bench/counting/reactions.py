"""What does counting do when a matter is written on? It reads its tally, saves it, and says so."""

from __future__ import annotations

from bench.matters.contract import MatterNoted, MatterOpened
from shenguan_chassis.deciding import on
from shenguan_chassis.tx import Tx

from . import rules
from .rules import Tally


@on(MatterNoted, reads=lambda noted: [(Tally, noted.matter_id)])
async def count_note(tx: Tx, noted: MatterNoted) -> None:
    """Count one remark; the tally of a matter has the matter's id."""
    known = await tx.find(Tally, noted.matter_id)
    tally = known or Tally(id=noted.matter_id, department=noted.department)
    moved = rules.move(tally, at=tx.now)
    if known is None:
        tx.add(tally.apply(moved, noted), moved)
    else:
        tx.save(tally.apply(moved, noted), moved)


@on(MatterOpened, reads=lambda opened: [(Tally, opened.matter_id)])
async def begin_tally(tx: Tx, opened: MatterOpened) -> None:
    """Begin to count what is written on a matter."""
    if await tx.find(Tally, opened.matter_id) is None:
        begun = rules.move(Tally(id=opened.matter_id, department=opened.department), at=tx.now)
        tx.add(Tally(id=opened.matter_id, department=opened.department, heard=begun.heard), begun)
