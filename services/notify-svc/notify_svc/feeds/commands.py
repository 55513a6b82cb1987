"""What does the sender note down? Numbers before it sends, progress after."""

from __future__ import annotations

from shenguan_chassis.tx import Tx

from . import rules
from .rules import Feed, FeedEntry
from .store import held, last_number, unnumbered

AT_ONCE = 100


async def number_entries(tx: Tx, department: str) -> int:
    """Give the next entries of a feed their numbers; returns how many. A number once given stays."""
    await tx.query(held(department))
    entries = [FeedEntry(**dict(row)) for row in await tx.query(unnumbered(department, AT_ONCE))]
    last: int = (await tx.query(last_number(department)))[0]["last"]
    for entry in rules.number_on(entries, last):
        tx.keep(entry)
    return len(entries)


async def note_sent(tx: Tx, department: str, number: int) -> None:
    """All up to `number` is on the topic. After a crash in between it is sent again under the same numbers."""
    tx.keep(Feed(department=department, sent=number))
