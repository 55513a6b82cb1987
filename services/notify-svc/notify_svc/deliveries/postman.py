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
_GATHER = 0.01
"""Seconds between two looks at least."""
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


@dataclass(slots=True)
class _Known:
    """Whom to serve, how far each is planned, and what is to be sent again: as it was read, and planned since."""

    read_at: float
    active: Sequence[Subscription]
    planned: dict[UUID, int]
    replays: Sequence[Replay]


class Postman:
    """All receivers of one running service."""

    def __init__(self, runtime: Runtime, holder: str, group: asyncio.TaskGroup) -> None:
        self._runtime = runtime
        self._holder = holder
        self._group = group
        self._receivers: dict[UUID, Receiver] = {}
        self._known: _Known | None = None
        self._changed = runtime.bell("subscriptions", Subscription, Replay)
        settings = settings_of(runtime)
        self._office = Office(runtime, allowed_networks(settings.webhook_networks))
        authorities, certificate = settings.webhook_ca_file, settings.webhook_certificate_file
        self._plain = self._certified = tls_context(authorities, None, None)
        if certificate is not None:
            self._certified = tls_context(authorities, certificate, settings.webhook_key_file)

    async def serve(self) -> None:
        """Plan what comes and keep the receivers' tasks, until the lease is lost."""
        bell = self._runtime.bell("deliveries", Subscription, Replay, apart=_GATHER)
        now = asyncio.get_running_loop().time
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

    async def _plan(self) -> bool:
        """Enter what is new for each active subscription; True if there may be more to enter."""
        known, more = await self._now_known(), False
        for (department, after), equal in (await self._behind(known)).items():
            made = await self._entered(commands.plan, department, equal, after)
            known.planned |= dict.fromkeys(made.of, made.last)
            if len(made.of) < len(equal):  # another replica moved a mark
                self._changed.ring()
            more = more or made.looked == commands.AT_ONCE
        for replay in known.replays:
            if receiver := self._receivers.get(replay.subscription_id):
                await self._entered(commands.plan_replay, replay.department, receiver.subscription, replay)
                more = True
        return more

    async def _now_known(self) -> _Known:
        """Subscriptions and marks are read again where one was changed here, and as often as work is looked for."""
        now = asyncio.get_running_loop().time()
        if self._changed.rung() or self._known is None or now - self._known.read_at > LOOK_AGAIN:
            served = {known: receiver.subscription for known, receiver in self._receivers.items()}
            async with self._runtime.reading(self._runtime.myself) as read:
                active = await active_subscriptions(read, served)
                planned = {row["subscription_id"]: row["planned"] for row in await read.rows(how_far())}
                replays = [Replay(**dict(row)) for row in await read.rows(to_replay())]
            self._known = _Known(now, active, planned, replays)
            self._keep(active)
        return self._known

    async def _behind(self, known: _Known) -> Mapping[tuple[str, int], list[Subscription]]:
        """Subscriptions that are behind their feed, those together that are equally far; a new one gets its place."""
        async with self._runtime.reading(self._runtime.myself) as read:
            ends = {row["department"]: row["last"] for row in await read.rows(feed_ends())}
        together: defaultdict[tuple[str, int], list[Subscription]] = defaultdict(list)
        for one in known.active:
            end = ends.get(one.department, 0)
            if (planned := known.planned.get(one.id)) is None:
                await self._runtime.transact(commands.begin, one.id, one.department, end)
                known.planned[one.id] = end
            elif planned < end:
                together[one.department, planned].append(one)
        return together

    async def _entered(self, plan: Callable[..., Awaitable[Planned]], department: str, *about: Any) -> Planned:
        """Enter deliveries and hand them to whoever sends them."""
        made: Planned = await transact_together(self._runtime, plan, *about, self._runtime.clock.system())
        self._office.bodies.know(department, made.bodies)
        for_each: defaultdict[UUID, list[Delivery]] = defaultdict(list)
        for delivery in made.deliveries:
            for_each[delivery.subscription_id].append(delivery)
        for known, deliveries in for_each.items():
            self._receivers[known].offer(deliveries)
        return made

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
