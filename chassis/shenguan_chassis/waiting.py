"""How does one wait for an event, but not for ever, and still end when cancelled?"""

import asyncio


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
