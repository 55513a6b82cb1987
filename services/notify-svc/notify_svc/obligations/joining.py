"""What if two replicas hear question and answer at one instant, each unseen by the other? They are joined soon.

Whoever hears an answer without its question keeps it, to be looked at once more when every transaction that could not
see it is over. What is looked at are early answers, which are few; a question that opens later finds its answer itself.
"""

from __future__ import annotations

from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.together import transact_together

from .commands import join_early_answers

AT_ONCE = 500
"""Early answers per transaction."""

LOOK_EVERY = 30.0
"""Seconds between two looks; each reads one index entry where there is nothing to do."""


async def join_answers(runtime: Runtime) -> None:
    """Look once more at every answer that came before its question, for ever."""
    bell = runtime.bell("joining")
    if isinstance(runtime.clock, SandboxClock):
        runtime.clock.on_move(bell.ring)
    while True:
        if not await join(runtime):
            await bell.wait(LOOK_EVERY)


async def join(runtime: Runtime) -> bool:
    """Look at the longest waiting ones; True if there may be more."""
    looked_at: int = await transact_together(runtime, join_early_answers, AT_ONCE)
    return looked_at == AT_ONCE
