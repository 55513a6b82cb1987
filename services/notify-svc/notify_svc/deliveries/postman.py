"""Who calls the receivers? One replica at a time, with a task per receiver, so that a slow one delays nobody.

What is to be sent lies in rows; a task keeps in memory only how its receiver is. A crash at any point repeats messages
under the same ids and leaves none out. Of one key nothing is sent before what stands before it has arrived or was given
up. Should two replicas deliver at once for a moment, messages come twice, and still none before its turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from ssl import SSLContext
from typing import Any
from uuid import UUID

from shenguan_chassis.backoff import Backoff, delay
from shenguan_chassis.egress import Outgoing, Signer, allowed_networks, own_keys, tls_context
from shenguan_chassis.runtime import Runtime
from shenguan_kernel.working_days import OutsideCalendar, due, working_days

from ..calendar.views import calendar_now
from ..feeds.rules import as_sent
from ..feeds.views import entries_of, feed_ends
from ..settings import settings_of
from ..subscriptions.rules import Subscription
from ..subscriptions.views import active_subscriptions
from . import commands, rules
from .rules import FIRST_PAUSE, LONGEST_PAUSE, WORKING_DAYS, Attempt, Delivery, Health, Replay
from .store import how_far, pending, to_replay

LOOK_AGAIN = 2.0
"""Seconds until the next look for work that nobody rang for: another replica's."""
_LEASE = timedelta(seconds=12)
_RENEW = 4.0
_IN_SIGHT = 500
"""Pending deliveries of one receiver that are looked at: what waits for a key does not hide all others."""
_PROBE = 1
_SURELY_NOT_OVER = timedelta(days=WORKING_DAYS - 1)
_CONTENT = ("application/cloudevents+json; charset=UTF-8", "application/cloudevents-batch+json; charset=UTF-8")


async def deliver(runtime: Runtime) -> None:
    """Plan and send, for ever, while this replica has the lease."""
    holder = str(await runtime.transact(commands.new_holder))
    while True:
        if await _lease(runtime, holder):
            async with asyncio.TaskGroup() as group:
                await Post(runtime, holder, group).serve()
        else:
            await asyncio.sleep(_RENEW)


def _lease(runtime: Runtime, holder: str) -> Awaitable[bool]:
    return runtime.transact_holding(commands.take_lease, holder, runtime.clock.system(), _LEASE)


class Post:
    """All receivers of one running service."""

    def __init__(self, runtime: Runtime, holder: str, group: asyncio.TaskGroup) -> None:
        self._runtime = runtime
        self._holder = holder
        self._group = group
        self._receivers: dict[UUID, Receiver] = {}
        settings = settings_of(runtime)
        self.allowed = allowed_networks(settings.webhook_networks)
        self._plain = tls_context(settings.webhook_ca_file, None, None)
        self._certified = tls_context(
            settings.webhook_ca_file, settings.webhook_certificate_file, settings.webhook_key_file
        )

    async def serve(self) -> None:
        """Plan what comes and keep the receivers' tasks, until the lease is lost."""
        bell, now = self._runtime.bell("deliveries"), asyncio.get_running_loop().time
        renewed = now()
        try:
            while now() - renewed < _RENEW or await _lease(self._runtime, self._holder):
                renewed = renewed if now() - renewed < _RENEW else now()
                if not await self._plan():
                    await bell.wait(LOOK_AGAIN)
        finally:
            for receiver in self._receivers.values():
                receiver.leave()

    async def _plan(self) -> int:
        """Enter what is new for each active subscription; returns how many events were looked at."""
        runtime = self._runtime
        async with runtime.reading(runtime.myself) as read:
            active = await active_subscriptions(read)
            ends = {row["department"]: row["last"] for row in await read.rows(feed_ends())}
            planned = {row["subscription_id"]: row["planned"] for row in await read.rows(how_far())}
            replays = [Replay(**dict(row)) for row in await read.rows(to_replay())]
        self._keep(active)
        looked = 0
        for subscription in active:
            end = ends.get(subscription.department, 0)
            if subscription.id not in planned:
                await runtime.transact(commands.begin, subscription.id, subscription.department, end)
            elif planned[subscription.id] < end:
                looked += await self._entered(commands.plan, subscription.id)
        known = {subscription.id for subscription in active}
        for replay in (one for one in replays if one.subscription_id in known):
            looked += await self._entered(commands.plan_replay, replay.subscription_id, replay)
        return looked

    async def _entered(self, plan: Any, subscription_id: UUID, *more: Any) -> int:
        given = more or (subscription_id,)
        looked: int = await self._runtime.transact(plan, *given, self._runtime.clock.system())
        self._receivers[subscription_id].bell.set()
        return looked

    def _keep(self, active: Sequence[Subscription]) -> None:
        """A task for each active subscription as it is now; one that was changed or ended lets go of its receiver."""
        wanted = {subscription.id: subscription for subscription in active}
        for known in [*self._receivers]:
            if known not in wanted or not _same(self._receivers[known].subscription, wanted[known]):
                self._receivers.pop(known).leave()
        for subscription in active:
            if subscription.id not in self._receivers:
                tls = self._certified if subscription.client_certificate else self._plain
                receiver = Receiver(self._runtime, subscription, Calls(self, tls))
                receiver.task = self._group.create_task(receiver.serve())
                self._receivers[subscription.id] = receiver


class Calls:
    """How one receiver is called: as whom, and where to."""

    def __init__(self, post: Post, tls: SSLContext) -> None:
        self.allowed = post.allowed
        self.tls = tls


class Receiver:
    """One receiver: what is due to it is sent, a few messages at a time, each key in its order."""

    task: asyncio.Task[None]

    def __init__(self, runtime: Runtime, subscription: Subscription, calls: Calls) -> None:
        self.subscription = subscription
        self.bell = asyncio.Event()
        self._runtime = runtime
        self._settings = settings_of(runtime)
        self._calls = calls
        self._own = own_keys(runtime.keys, str(subscription.id))
        self._health = Health(subscription_id=subscription.id, department=subscription.department)
        self._failures = 0
        self._quiet_until = 0.0

    def leave(self) -> None:
        """End its task: what is under way is sent again by whoever comes next."""
        self.task.cancel()

    async def serve(self) -> None:
        """Send, for ever."""
        self._health = await self._known_health()
        settings = self._settings
        outgoing = Outgoing(
            self.subscription.url,
            self._calls.allowed,
            self._calls.tls,
            most=settings.webhook_at_once,
            patience=settings.webhook_patience,
        )
        try:
            while True:
                self.bell.clear()
                sleep = await self._round(outgoing)
                if sleep > 0:
                    await _rung(self.bell, sleep)
                await self._until_not_quiet()
        finally:
            await outgoing.close()

    async def _known_health(self) -> Health:
        async with self._runtime.reading(self._runtime.myself) as read:
            return await read.find(Health, self.subscription.id) or self._health

    async def _round(self, outgoing: Outgoing) -> float:
        """Send what is due; returns how long there is nothing to do."""
        at, most = self._runtime.clock.system(), _PROBE if self._failures else self._settings.webhook_at_once
        async with self._runtime.reading(self._runtime.myself) as read:
            rows = await read.rows(pending(self.subscription.id, _IN_SIGHT))
            waiting = [commands.delivery_of(row) for row in rows]
            messages = [*rules.next_ones(waiting, at, most, self.subscription.batch)]
            numbers = [delivery.number for message in messages for delivery in message]
            entries = await read.rows(entries_of(self.subscription.department, numbers)) if numbers else ()
            bodies = {row["number"]: as_sent(row["body"], row["number"]) for row in entries}
        if not messages:
            left = [(delivery.due_at - at).total_seconds() for delivery in waiting]
            return max(0.01, min([*(one for one in left if one > 0), 60.0]))
        await asyncio.gather(*(self._send(outgoing, message, bodies) for message in messages))
        return 0

    async def _send(self, outgoing: Outgoing, message: list[Delivery], bodies: dict[int, bytes]) -> None:
        batched, clock = self.subscription.batch > 1, asyncio.get_running_loop().time
        body = rules.body_of([bodies[delivery.number] for delivery in message], batched=batched)
        at, began = self._runtime.clock.system(), clock()
        signer = Signer(self.subscription.secrets(at), self._own)
        headers = signer.headers(rules.message_id(self.subscription.id, message), int(at.timestamp()), body)
        outcome = await outgoing.send(body, {**headers, "content-type": _CONTENT[batched]})
        attempt = Attempt(at, round((clock() - began) * 1_000), outcome)
        self._learn(attempt)
        await self._note(message, attempt)

    def _learn(self, attempt: Attempt) -> None:
        """How the receiver is: one that fails as a whole is left alone for a while, then tried with one message."""
        if attempt.good:
            self._failures, self._health = 0, replace(self._health, succeeded_at=attempt.at)
            return
        self._health = replace(self._health, failed_at=attempt.at, failure=attempt.words)
        if attempt.is_the_receivers:
            pause = max(delay(self._failures, FIRST_PAUSE / 5, LONGEST_PAUSE), attempt.retry_after)
            self._quiet_until = asyncio.get_running_loop().time() + pause
            self._failures += 1

    async def _until_not_quiet(self) -> None:
        left = self._quiet_until - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)

    async def _note(self, message: Sequence[Delivery], attempt: Attempt) -> None:
        over_at = None if attempt.good else await self._over_at(message[0], attempt.at)
        after = [rules.tried(one, attempt, pause=_pause(one), over_at=over_at) for one in message]
        ended = [one for one in after if one.state is rules.DeliveryState.EXHAUSTED]
        if not ended and not attempt.gone:
            await self._runtime.transact(commands.note, after, [self._health])
            return
        reason = commands.GONE if attempt.gone else commands.UNREACHABLE
        for delivery in after:
            await self._runtime.transact(commands.give_up, delivery, self._health, reason)
        self._runtime.bell("deliveries").ring()

    async def _over_at(self, delivery: Delivery, at: datetime) -> datetime | None:
        """When three working days of tries are over; None while they surely are not."""
        since = max(delivery.planned_at, self.subscription.resumed_at)
        if at - since < _SURELY_NOT_OVER:
            return None
        limit = working_days(WORKING_DAYS)
        try:
            async with self._runtime.reading(self._runtime.myself) as read:
                return due(since, limit, await calendar_now(read, since, limit)).due_at
        except OutsideCalendar:
            return since + timedelta(days=7)


def _same(before: Subscription, now: Subscription) -> bool:
    """Whether a receiver is served as before: a test or a replay changes nothing about that."""
    return replace(before, version=now.version) == now


def _pause(delivery: Delivery) -> float:
    """Seconds until the next try: doubled each time, never all at one instant."""
    backoff = Backoff(FIRST_PAUSE, LONGEST_PAUSE)
    backoff.tries = delivery.tries
    return backoff.next()


async def _rung(bell: asyncio.Event, longest: float) -> None:
    try:
        async with asyncio.timeout(longest):
            await bell.wait()
    except TimeoutError:
        return
