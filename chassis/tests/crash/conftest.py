"""One process lives, is killed at a step, and starts again; then the world is judged."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import asyncpg
import pytest

from shenguan_chassis.bus.embedded import EmbeddedBus
from shenguan_chassis.bus.port import Bus, Topic
from shenguan_chassis.testing.cuts import Cut, Killed, Knife
from shenguan_chassis.testing.ear import lay_out
from shenguan_chassis.testing.postgres import Databases

_EMPTY = "TRUNCATE event, queue, journal, position, parked, unreadable, books"


class Story(Protocol):
    """What a process does; told anew for each cut."""

    async def begin(self, world: "World") -> None:
        """Lay out what was there before."""

    async def live(self, world: "World", knife: Knife) -> None:
        """Be the process until there is nothing left to do."""

    async def faults(self, world: "World") -> list[str]:
        """What is not as promised; nothing, if all is well."""


@dataclass
class World:
    """What outlives every process: the database and the bus. `number` makes topics and groups fresh."""

    dsn: str
    database: asyncpg.Connection
    bus: Bus
    number: int = 0
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        return f"t{self.number}"

    async def renew(self) -> None:
        self.number += 1
        self.facts.clear()
        await self.database.execute(_EMPTY)
        await self.bus.declare([Topic(self.topic, 2)])

    async def tell(self, story: Story, cut: Cut | None = None) -> tuple[Knife, list[str]]:
        """Live the story, killed at `cut` and started again; returns the first life's knife and what is wrong."""
        await self.renew()
        await story.begin(self)
        knife = Knife(cut)
        try:
            await story.live(self, knife)
        except Killed:
            await story.live(self, Knife())
        finally:
            knife.kill()
        return knife, await story.faults(self)


@pytest.fixture
async def world(databases: Databases, tmp_path: Path) -> AsyncIterator[World]:
    dsn = await databases.fresh("supervision", lambda template: lay_out(template, tmp_path))
    bus = EmbeddedBus(await databases.fresh("bus"))
    await bus.open()
    database = await asyncpg.connect(dsn)
    yield World(dsn, database, bus)
    await database.close()
    await bus.close()


@pytest.fixture
def survives(world: World) -> Callable[[Story, list[Cut]], Awaitable[None]]:
    """Judge a story at each of these cuts."""

    async def judge(story: Story, cuts: list[Cut]) -> None:
        for cut in cuts:
            knife, faults = await world.tell(story, cut)
            assert not faults, f"killed {cut.side} step {cut.at} ({knife.steps[-1]}): {faults}"

    return judge
