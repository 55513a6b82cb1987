"""How is one receiver served? A few messages at a time, each key in its order, at its own pace.

What is due to it is held in memory as far as `_IN_SIGHT` deliveries; the rows are the truth, and are looked at again
where memory does not hold them all. A key is free again once what came of its message is committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from ssl import SSLContext

from shenguan_chassis.backoff import Backoff, delay
from shenguan_chassis.egress import Allowed, Outgoing, Signer, own_keys
from shenguan_chassis.runtime import Runtime
from shenguan_kernel.working_days import OutsideCalendar, due, working_days

from ..calendar.views import calendar_now
from ..settings import settings_of
from ..subscriptions.rules import Subscription
from . import commands, rules
from .bodies import Bodies
from .commands import delivery_of
from .notebook import Notebook
from .rules import FIRST_PAUSE, LONGEST_PAUSE, Attempt, Delivery, DeliveryState, Health
from .store import pending

_IN_SIGHT = 500
"""Pending deliveries that are looked at: what waits for a key does not hide all others."""
_FEW = 100
_PENDING = DeliveryState.PENDING
_LONGEST_SLEEP = 60.0
_CONTENT = ("application/cloudevents+json; charset=UTF-8", "application/cloudevents-batch+json; charset=UTF-8")


class Office:
    """What all receivers of one postman share."""

    def __init__(self, runtime: Runtime, allowed: Allowed) -> None:
        self.runtime = runtime
        self.allowed = allowed
        self.settings = settings_of(runtime)
        self.bodies = Bodies(runtime)
        self.notebook = Notebook(runtime)


class Receiver:
    """One receiver and what is due to it."""

    task: asyncio.Task[None]

    def __init__(self, office: Office, subscription: Subscription, tls: SSLContext) -> None:
        self.subscription = subscription
        self._office = office
        self._tls = tls
        self._own = own_keys(office.runtime.keys, str(subscription.id))
        self._health = Health(subscription_id=subscription.id, department=subscription.department)
        self._bell = asyncio.Event()
        self._waiting: dict[int, Delivery] = {}
        self._sending: dict[int, str] = {}
        self._asked_meanwhile: dict[int, Delivery] = {}
        self._calls = 0
        self._whole = False
        self._failures = 0
        self._quiet_until = 0.0

    def offer(self, deliveries: Iterable[Delivery]) -> None:
        """These were entered for it; beyond what is in sight they are found in their rows later."""
        offered = {one.number: one for one in deliveries}
        under_way = offered.keys() & self._sending.keys()
        self._asked_meanwhile |= {number: offered[number] for number in under_way}
        fresh = {number: one for number, one in offered.items() if number not in under_way}
        if self._whole and len(self._waiting) + len(fresh) <= _IN_SIGHT:
            self._waiting = dict(sorted((self._waiting | fresh).items()))
        else:
            self._whole = False
        self._bell.set()

    def leave(self) -> None:
        """End its task: what is under way is sent again by whoever comes next."""
        self.task.cancel()

    async def serve(self) -> None:
        """Send, for ever."""
        self._health = await self._known_health()
        settings = self._office.settings
        outgoing = Outgoing(
            self.subscription.url,
            self._office.allowed,
            self._tls,
            most=settings.webhook_at_once,
            patience=settings.webhook_patience,
        )
        try:
            async with asyncio.TaskGroup() as messages:
                while True:
                    self._bell.clear()
                    if not self._whole and len(self._waiting) < _FEW:
                        await self._look()
                    for message in self._next():
                        self._take(message)
                        messages.create_task(self._send(outgoing, message))
                    await _rung(self._bell, self._idle_for())
        finally:
            await outgoing.close()

    async def _known_health(self) -> Health:
        async with self._office.runtime.reading(self._office.runtime.myself) as read:
            return await read.find(Health, self.subscription.id) or self._health

    async def _look(self) -> None:
        """See in the rows what is still to be sent. What is under way now is left to what comes of it."""
        await self._office.notebook.written()
        under_way = {*self._sending}
        self._whole = True
        async with self._office.runtime.reading(self._office.runtime.myself) as read:
            rows = await read.rows(pending(self.subscription.id, _IN_SIGHT))
        found = {row["number"]: delivery_of(row) for row in rows if row["number"] not in under_way}
        self._waiting = dict(sorted((found | self._waiting).items()))
        self._whole = self._whole and len(rows) < _IN_SIGHT

    def _next(self) -> list[list[Delivery]]:
        """The messages that may be sent now."""
        if asyncio.get_running_loop().time() < self._quiet_until:
            return []
        batch = self.subscription.batch
        free = (1 if self._failures or batch > 1 else self._office.settings.webhook_at_once) - self._calls
        if free <= 0:
            return []
        at, waiting = self._office.runtime.clock.system(), self._waiting.values()
        return [*rules.next_ones(waiting, at, free, batch, {*self._sending.values()})]

    def _take(self, message: Sequence[Delivery]) -> None:
        self._calls += 1
        for delivery in message:
            self._sending[delivery.number] = self._waiting.pop(delivery.number).subject

    def _idle_for(self) -> float:
        """Seconds until something may be sent that nobody rings for."""
        quiet = self._quiet_until - asyncio.get_running_loop().time()
        if quiet > 0:
            return quiet
        at = self._office.runtime.clock.system()
        left = [(delivery.due_at - at).total_seconds() for delivery in self._waiting.values()]
        return max(0.01, min([*(one for one in left if one > 0), _LONGEST_SLEEP]))

    async def _send(self, outgoing: Outgoing, message: Sequence[Delivery]) -> None:
        attempt = await self._attempt(outgoing, message)
        self._calls -= 1
        self._learn(attempt)
        self._bell.set()
        left = [one for one in map(self._after, await self._note(message, attempt)) if one.state is _PENDING]
        if left:
            self._waiting = dict(sorted((self._waiting | {one.number: one for one in left}).items()))
        self._bell.set()

    def _after(self, delivery: Delivery) -> Delivery:
        """A delivery that is no longer under way, as it stands: whoever asked for it meanwhile gets it once more."""
        del self._sending[delivery.number]
        asked = self._asked_meanwhile.pop(delivery.number, delivery)
        return replace(asked, attempts=delivery.attempts)

    async def _attempt(self, outgoing: Outgoing, message: Sequence[Delivery]) -> Attempt:
        batched, now = self.subscription.batch > 1, asyncio.get_running_loop().time
        bodies = await self._office.bodies.of(self.subscription.department, [one.number for one in message])
        body = rules.body_of([bodies[one.number] for one in message], batched=batched)
        at, began = self._office.runtime.clock.system(), now()
        signer = Signer(self.subscription.secrets(at), self._own)
        headers = signer.headers(rules.message_id(self.subscription.id, message), int(at.timestamp()), body)
        outcome = await outgoing.send(body, {**headers, "content-type": _CONTENT[batched]})
        return Attempt(at, round((now() - began) * 1_000), outcome)

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

    async def _note(self, message: Sequence[Delivery], attempt: Attempt) -> list[Delivery]:
        """Keep what came of an attempt; returns the deliveries as they are now."""
        over_at = None if attempt.good else await self._over_at(message[0], attempt.at)
        after = [rules.tried(one, attempt, pause=_pause(one), over_at=over_at) for one in message]
        ended = [one for one in after if one.state is DeliveryState.EXHAUSTED]
        if not ended and not attempt.gone:
            await self._office.notebook.write(after, self._health)
            return after
        runtime, reason = self._office.runtime, commands.GONE if attempt.gone else commands.UNREACHABLE
        for delivery in after:
            await runtime.transact(commands.give_up, delivery, self._health, reason)
        runtime.bell("deliveries").ring()
        return after

    async def _over_at(self, delivery: Delivery, at: datetime) -> datetime | None:
        """When three working days of tries are over; None while they surely are not."""
        since = max(delivery.planned_at, self.subscription.resumed_at)
        if at - since < rules.SURELY_NOT_OVER:
            return None
        limit = working_days(rules.WORKING_DAYS)
        try:
            async with self._office.runtime.reading(self._office.runtime.myself) as read:
                return due(since, limit, await calendar_now(read, since, limit)).due_at
        except OutsideCalendar:
            return since + rules.ANYWAY_OVER


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
