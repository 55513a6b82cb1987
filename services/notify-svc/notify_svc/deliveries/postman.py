"""Who calls the receivers? One replica at a time, with a task per receiver, so that a slow one delays nobody.

What is to be sent lies in rows; a task keeps in memory only how its receiver is. A crash at any point repeats messages
under the same ids and leaves none out. Of one key nothing is sent before what stands before it has arrived or was given
up. Should two replicas deliver at once for a moment, messages come twice, and still none before its turn.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from shenguan_chassis.egress import allowed_networks, tls_context
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.together import transact_together

from ..feeds.views import feed_ends
from ..settings import settings_of
from ..subscriptions.rules import Subscription
from ..subscriptions.views import active_subscriptions
from . import commands
from .commands import Planned
from .receiver import Office, Receiver
from .rules import Delivery, Replay
from .store import how_far, to_replay

LOOK_AGAIN = 2.0
"""Seconds until the next look for work that nobody rang for: another replica's."""
_LEASE = timedelta(seconds=12)
_RENEW = 4.0


async def deliver(runtime: Runtime) -> None:
    """Plan and send, for ever, while this replica has the lease."""
    holder = str(await runtime.transact(commands.new_holder))
    while True:
        if await _lease(runtime, holder):
            async with asyncio.TaskGroup() as group:
                await Postman(runtime, holder, group).serve()
        else:
            await asyncio.sleep(_RENEW)


def _lease(runtime: Runtime, holder: str) -> Awaitable[bool]:
    return runtime.transact_holding(commands.take_lease, holder, runtime.clock.system(), _LEASE)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What there is to do, by one look."""

    active: Sequence[Subscription]
    ends: Mapping[str, int]
    planned: Mapping[UUID, int]
    replays: Sequence[Replay]


class Postman:
    """All receivers of one running service."""

    def __init__(self, runtime: Runtime, holder: str, group: asyncio.TaskGroup) -> None:
        self._runtime = runtime
        self._holder = holder
        self._group = group
        self._receivers: dict[UUID, Receiver] = {}
        settings = settings_of(runtime)
        self._office = Office(runtime, allowed_networks(settings.webhook_networks))
        self._plain = tls_context(settings.webhook_ca_file, None, None)
        self._certified = tls_context(
            settings.webhook_ca_file, settings.webhook_certificate_file, settings.webhook_key_file
        )

    async def serve(self) -> None:
        """Plan what comes and keep the receivers' tasks, until the lease is lost."""
        bell, now = self._runtime.bell("deliveries"), asyncio.get_running_loop().time
        notes, renewed = self._group.create_task(self._office.notebook.keep()), now()
        try:
            while now() - renewed < _RENEW or await _lease(self._runtime, self._holder):
                renewed = renewed if now() - renewed < _RENEW else now()
                if not await self._plan():
                    await bell.wait(LOOK_AGAIN)
        finally:
            for receiver in self._receivers.values():
                receiver.leave()
            notes.cancel()

    async def _plan(self) -> int:
        """Enter what is new for each active subscription; returns how many events were looked at."""
        seen = await self._seen()
        self._keep(seen.active)
        looked = 0
        for (department, after), equal in (await self._behind(seen)).items():
            looked += await self._entered(commands.plan, department, equal, after)
        known = {one.id: one for one in seen.active}
        for replay in (one for one in seen.replays if one.subscription_id in known):
            looked += await self._entered(
                commands.plan_replay, replay.department, known[replay.subscription_id], replay
            )
        return looked

    async def _seen(self) -> _Seen:
        served = {known: receiver.subscription for known, receiver in self._receivers.items()}
        async with self._runtime.reading(self._runtime.myself) as read:
            return _Seen(
                await active_subscriptions(read, served),
                {row["department"]: row["last"] for row in await read.rows(feed_ends())},
                {row["subscription_id"]: row["planned"] for row in await read.rows(how_far())},
                [Replay(**dict(row)) for row in await read.rows(to_replay())],
            )

    async def _behind(self, seen: _Seen) -> Mapping[tuple[str, int], list[Subscription]]:
        """Subscriptions that are behind their feed, those together that are equally far; a new one gets its place."""
        together: defaultdict[tuple[str, int], list[Subscription]] = defaultdict(list)
        for one in seen.active:
            end, planned = seen.ends.get(one.department, 0), seen.planned.get(one.id)
            if planned is None:
                await self._runtime.transact(commands.begin, one.id, one.department, end)
            elif planned < end:
                together[one.department, planned].append(one)
        return together

    async def _entered(self, plan: Callable[..., Awaitable[Planned]], department: str, *about: Any) -> int:
        """Enter deliveries and hand them to whoever sends them."""
        made: Planned = await transact_together(self._runtime, plan, *about, self._runtime.clock.system())
        self._office.bodies.know(department, made.bodies)
        for_each: defaultdict[UUID, list[Delivery]] = defaultdict(list)
        for delivery in made.deliveries:
            for_each[delivery.subscription_id].append(delivery)
        for known, deliveries in for_each.items():
            self._receivers[known].offer(deliveries)
        return made.looked

    def _keep(self, active: Sequence[Subscription]) -> None:
        """A task for each active subscription as it is now; one that was changed or ended lets go of its receiver."""
        wanted = {subscription.id: subscription for subscription in active}
        for known in [*self._receivers]:
            if known not in wanted or not _same(self._receivers[known].subscription, wanted[known]):
                self._receivers.pop(known).leave()
            else:
                self._receivers[known].subscription = wanted[known]
        for subscription in active:
            if subscription.id not in self._receivers:
                tls = self._certified if subscription.client_certificate else self._plain
                receiver = Receiver(self._office, subscription, tls)
                receiver.task = self._group.create_task(receiver.serve())
                self._receivers[subscription.id] = receiver


def _same(before: Subscription, now: Subscription) -> bool:
    """Whether a receiver is served as before: a test or a replay changes nothing about that."""
    return before is now or replace(before, version=now.version) == now
