"""How is what came of thousands of attempts kept? While one commit is under way, more gathers for the next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from uuid import UUID

from shenguan_chassis.in_place import keep_at_once
from shenguan_chassis.runtime import Runtime

from .rules import Delivery, Health, tells_more


class Notebook:
    """The notes of one postman. After a crash before a commit, what it would have kept is sent once more."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._kept: dict[UUID, Health] = {}
        self._begin()
        self._bell = asyncio.Event()

    def _begin(self) -> None:
        self._deliveries: dict[tuple[UUID, int], Delivery] = {}
        self._healths: dict[UUID, Health] = {}
        self._told: list[asyncio.Future[None]] = []

    async def write(self, deliveries: Iterable[Delivery], health: Health) -> None:
        """Return when it is committed."""
        self._deliveries |= {(one.subscription_id, one.number): one for one in deliveries}
        if tells_more(self._kept.get(health.subscription_id), health):
            self._kept[health.subscription_id] = self._healths[health.subscription_id] = health
        await self.written()

    async def written(self) -> None:
        """Return when everything that was handed in by now is committed."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._told.append(done)
        self._bell.set()
        await done

    async def keep(self) -> None:
        """Commit what gathers, for ever."""
        while True:
            await self._bell.wait()
            self._bell.clear()
            deliveries, healths, told = self._deliveries, self._healths, self._told
            self._begin()
            await keep_at_once(self._runtime, [*deliveries.values()])
            await keep_at_once(self._runtime, [*healths.values()])
            for done in told:
                if not done.done():  # whoever waited may have been sent away
                    done.set_result(None)
