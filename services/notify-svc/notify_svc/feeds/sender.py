"""Who publishes the feeds? Two loops per replica: one numbers, one publishes in order and notes how far.

A crash at any point repeats records under the same numbers and leaves none out, so a reader skips what it has seen and
may rely on the next number. Two replicas at once repeat records too; neither is ever ahead of its turn.
"""

from __future__ import annotations

import asyncio
from itertools import takewhile
from typing import Any

from shenguan_chassis.bus.port import Acked, Record, Topic
from shenguan_chassis.runtime import Runtime

from . import commands, rules
from .rules import FeedEntry
from .store import numbered, open_feeds, to_number, to_send
from .tidings import tidings_of

AT_ONCE = 500
"""Records per call of the bus."""

LONGEST_SLEEP = 5.0
"""Seconds until the next look for work that nobody rang for: another replica's."""


_GATHER = 0.01
"""Seconds between two looks at least: what comes within them is numbered together."""


async def send_feeds(runtime: Runtime) -> None:
    """Number and send what is new, for ever."""
    async with asyncio.TaskGroup() as both:
        both.create_task(_number(runtime))
        both.create_task(_publish_all(runtime))


async def _number(runtime: Runtime) -> None:
    """Whoever calls out or is called waits for the number, so it does not wait for the topic."""
    bell = runtime.bell("feeds", FeedEntry, apart=_GATHER)
    while True:
        if await number_feeds(runtime) < commands.AT_ONCE:
            await bell.wait(LONGEST_SLEEP)


async def _publish_all(runtime: Runtime) -> None:
    bell = runtime.bell("feed topics")
    declared: set[str] = set()
    while True:
        await open_topics(runtime, declared)
        if await publish_feeds(runtime) < AT_ONCE:
            await bell.wait(LONGEST_SLEEP)


async def open_topics(runtime: Runtime, declared: set[str]) -> None:
    """A feed has its topic before it has anything to say: its reader may come first."""
    async with runtime.reading(runtime.myself) as read:
        topics = {rules.topic_of_feed(row["department"]) for row in await read.rows(open_feeds())}
    if new := topics - declared:
        await runtime.bus.declare([Topic(topic, partitions=1) for topic in sorted(new)])
        declared |= new


async def number_feeds(runtime: Runtime) -> int:
    """Give numbers to the next entries of each feed; returns how many got one."""
    async with runtime.reading(runtime.myself) as read:
        waiting = await read.rows(to_number())
    given = 0
    for row in waiting:
        given += await runtime.transact_holding(commands.number_entries, row["department"])
        tidings_of(runtime).tell(row["department"])
        for reader in ("deliveries", "feed topics"):
            runtime.bell(reader).ring()
    return given


async def publish_feeds(runtime: Runtime) -> int:
    """Publish the next numbered entries of each feed; returns how many arrived."""
    async with runtime.reading(runtime.myself) as read:
        behind = await read.rows(to_send())
        batches = [(row, await read.rows(numbered(row["department"], row["sent"], AT_ONCE))) for row in behind]
    sent = 0
    for feed, entries in batches:
        sent += await _publish(runtime, feed["department"], entries)
    return sent


async def _publish(runtime: Runtime, department: str, entries: Any) -> int:
    topic = rules.topic_of_feed(department)
    # One key: whatever fails, nothing later of the feed is on the bus before it.
    records = [
        Record(topic, department.encode(), rules.as_sent(entry["body"], entry["number"]), rules.HEADERS)
        for entry in entries
    ]
    arrived = list(takewhile(lambda outcome: isinstance(outcome, Acked), await runtime.bus.publish(records)))
    if arrived:
        await runtime.transact(commands.note_sent, department, entries[len(arrived) - 1]["number"])
    return len(arrived)
