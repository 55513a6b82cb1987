"""How does whoever waits at a feed's door learn that it grew? The sender tells; every waiting reader looks again.

Told within one process. A reader whose feed was numbered by another replica finds it at its next look by itself.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from weakref import WeakKeyDictionary

from shenguan_chassis.runtime import Runtime


class Tidings:
    """Who waits for which feed of one running service."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def tell(self, department: str) -> None:
        """The feed grew: wake all who wait for it."""
        self._waiting.pop(department, asyncio.Event()).set()

    def next(self, department: str) -> asyncio.Event:
        """What will be set when the feed grows; taken before a look, so that nothing comes in between unheard."""
        return self._waiting[department]


async def wait(told: asyncio.Event, longest: float) -> bool:
    """Sleep until told, at most `longest` seconds; True if told."""
    try:
        async with asyncio.timeout(longest):
            await told.wait()
    except TimeoutError:
        return False
    return True


_OF: WeakKeyDictionary[Runtime, Tidings] = WeakKeyDictionary()


def tidings_of(runtime: Runtime) -> Tidings:
    """The tidings of a running service."""
    return _OF.setdefault(runtime, Tidings())
