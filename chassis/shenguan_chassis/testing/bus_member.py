"""A member of a group in a process of its own, so that a test can kill it: `python -m … <url> <group> <topic>`.

It prints `joined`, then the value of each record that it did.
"""

import asyncio
import sys

from shenguan_chassis.bus.connect import bus_from


async def work(url: str, group: str, topic: str) -> None:
    """Take and do for ever."""
    bus = bus_from(url)
    await bus.open()
    async with bus.join(group, [topic]) as member:
        say("joined")
        while True:
            taken = await member.take(most=5)
            # The effect first, as every consumer does: whoever is killed in between did it, and it comes again.
            for record in taken:
                say(record.value.decode())
            await member.done(taken)


def say(word: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:4]))
