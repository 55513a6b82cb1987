"""What does the sender note down? Numbers before it sends, progress after."""

from __future__ import annotations

from shenguan_chassis.in_place import change_in_place
from shenguan_chassis.tx import Tx

from .rules import Feed
from .store import held, number_on

AT_ONCE = 1_000


async def number_entries(tx: Tx, department: str) -> int:
    """Give the next entries of a feed their numbers; returns how many. A number once given stays."""
    await tx.query(held(department))
    return await change_in_place(tx, number_on(department, AT_ONCE))


async def note_sent(tx: Tx, department: str, number: int) -> None:
    """All up to `number` is on the topic. After a crash in between it is sent again under the same numbers."""
    tx.keep(Feed(department=department, sent=number))
