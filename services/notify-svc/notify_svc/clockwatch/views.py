"""Is the clock trusted, and since when?"""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Read
from shenguan_kernel.roles import Role

from .rules import ClockWatch, looked_at_lately
from .store import WATCH, ClockSeen, database_time

__all__ = ["WatchView", "clock_shown", "database_now", "is_trusted", "last_seen"]


class WatchView(Shown):
    """The watch over the host's clock."""

    version: int = Field(description="Its version; 0: it never was in doubt.")
    why: str | None = Field(description="What was found, as a code; null: the clock is trusted.")
    wants_operator: bool = Field(description="Whether only an operator can settle it.")
    since: datetime | None = Field(description="Since when it stands so.")


@view(Role.SYSTEM_ADMINISTRATOR, Role.OVERSEER)
async def clock_shown(read: Read) -> WatchView:
    """Whether the host's clock is trusted, or duties with a legal effect are held."""
    known = await read.find(ClockWatch, WATCH)
    return (
        WatchView.model_validate(known) if known else WatchView(version=0, why=None, wants_operator=False, since=None)
    )


async def is_trusted(read: Read, wall: datetime) -> bool:
    """May duties with a legal effect go on by a host's clock that tells `wall`? If not, they are held."""
    known = await read.find(ClockWatch, WATCH)
    undoubted = known is None or known.why is None
    return undoubted and looked_at_lately(wall, await last_seen(read))


async def last_seen(read: Read) -> datetime | None:
    """The newest system time that was kept."""
    seen = await read.find(ClockSeen, 1)
    return seen.seen_at if seen else None


async def database_now(read: Read) -> datetime:
    """What time the database has."""
    found: datetime = (await read.rows(database_time()))[0]["at"]
    return found
