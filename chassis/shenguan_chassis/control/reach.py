"""How far has a group come? What was on the bus at an instant is read once the group has passed the ends of then."""

from __future__ import annotations

import asyncio

from ..bus.port import Bus, Offsets

_LOOK_EVERY = 0.02


async def passed(bus: Bus, group: str, ends: Offsets, seconds: float) -> bool:
    """Wait until the group has done everything before `ends`; False if it does not within `seconds`.

    Raises BusUnavailable.
    """
    topics = sorted({topic for topic, _ in ends})
    deadline = asyncio.get_running_loop().time() + seconds
    pause = _LOOK_EVERY
    while True:
        done = await bus.positions(group, topics)
        if all(done.get(place, 0) >= end for place, end in ends.items()):
            return True
        if asyncio.get_running_loop().time() >= deadline:
            return False
        await asyncio.sleep(pause)
        pause = min(0.25, pause * 1.5)
