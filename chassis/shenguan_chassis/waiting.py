"""How does one wait for an event, but not for ever, and end a task, come what may?"""

import asyncio
from typing import Any


async def rung(event: asyncio.Event, within: float) -> bool:
    """Wait until the event is set, at most `within` seconds; tells whether it was.

    Not `wait_for`: in Python 3.11 it loses a cancellation that comes in the moment in which the event is set, and the
    task that was to end waits on for ever.
    """
    try:
        async with asyncio.timeout(within):
            return await event.wait()
    except TimeoutError:
        return False


async def ended(task: "asyncio.Task[Any]") -> None:
    """Cancel a task and wait until it has ended; what it raised is of no interest any more.

    It is cancelled again each second: a library it waits in may swallow the first.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=1.0)
    if not task.cancelled():
        task.exception()
