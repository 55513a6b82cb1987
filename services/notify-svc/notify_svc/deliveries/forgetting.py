"""How long does the record of a delivery stay? As long as the operator says; what did not arrive, until it has.

The events themselves stay in the feed for good: whatever was let go here can be sent again from there.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from shenguan_chassis.forgetting import forget
from shenguan_chassis.runtime import Runtime

from ..settings import settings_of
from ..subscriptions.views import subscriptions_over
from .store import done_before, owed_to

AT_ONCE = 2_000
_LOOK_EVERY = 3_600.0


async def forget_deliveries(runtime: Runtime) -> None:
    """Let go of old records, for ever."""
    while True:
        while await step(runtime):
            pass
        await asyncio.sleep(_LOOK_EVERY)


async def step(runtime: Runtime) -> bool:
    """Let go of some; False if there were none."""
    before = runtime.clock.system() - timedelta(days=settings_of(runtime).webhook_kept_days)
    gone = await forget(runtime, done_before(before, AT_ONCE))
    async with runtime.reading(runtime.myself) as read:
        over = await subscriptions_over(read)
    if over:
        gone += await forget(runtime, owed_to(over, before, AT_ONCE))
    return gone > 0
