"""When is a delivery tried again, and when is it over? Three working days of tries; then its key goes on without it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shenguan_chassis.egress.outcome import Answered, Outcome
from shenguan_contracts.subscriptions import DeliveryExhausted

FIRST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 3_600.0
"""Seconds between tries, at first and at most."""
LONGEST_RETRY_AFTER: Final = 86_400.0
"""A receiver that asks for more is asked again after a day."""
WORKING_DAYS: Final = 3
"""So long a delivery is tried: an office that is closed overnight, or over a weekend, misses nothing."""
SURELY_NOT_OVER: Final = timedelta(days=WORKING_DAYS - 1)
ANYWAY_OVER: Final = timedelta(days=7)
"""Where no calendar says how long working days last."""
GONE: Final = 410
_HEALTH_APART: Final = timedelta(seconds=1)
_MOST_KEPT: Final = 30
"""Attempts that are kept of a delivery: the first ones, and the last."""


class DeliveryState(StrEnum):
    """状态."""

    PENDING = "pending"
    DELIVERED = "delivered"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """推送记录: one event for one receiver; `number` is the event's in the department's feed, `subject` its key."""

    subscription_id: UUID
    number: int
    department: str
    subject: str
    type: str
    state: DeliveryState = DeliveryState.PENDING
    tries: int = 0
    planned_at: datetime
    due_at: datetime
    ended_at: datetime | None = None
    attempts: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """进度: up to which number of its feed a subscription's deliveries are planned."""

    subscription_id: UUID
    department: str
    planned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """接收方状况: when it last took something, and when it last did not."""

    subscription_id: UUID
    department: str
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """重新推送: numbers that are to be sent once more; all up to `done` are planned."""

    subscription_id: UUID
    version: int
    department: str
    last: int
    only_failed: bool
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """值守: which replica delivers, until when (system time)."""

    name: str
    holder: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when it began, how long it took (ms), and what came of it."""

    at: datetime
    took: int
    outcome: Outcome

    @property
    def good(self) -> bool:
        """The receiver has it: any 2xx."""
        return isinstance(self.outcome, Answered) and 200 <= self.outcome.status < 300

    @property
    def gone(self) -> bool:
        """The receiver wants nothing any more."""
        return isinstance(self.outcome, Answered) and self.outcome.status == GONE

    @property
    def is_the_receivers(self) -> bool:
        """It failed for a reason that holds for whatever is sent: nobody there, overload, its own fault."""
        return not isinstance(self.outcome, Answered) or self.outcome.status in {408, 429} or self.outcome.status >= 500

    @property
    def retry_after(self) -> float:
        """Seconds that the receiver asks to be left alone for."""
        told = self.outcome.retry_after if isinstance(self.outcome, Answered) else None
        return min(told or 0.0, LONGEST_RETRY_AFTER)

    @property
    def words(self) -> str:
        """What came of it, for people: a status, or why there was none."""
        return str(self.outcome.status) if isinstance(self.outcome, Answered) else self.outcome.code

    def kept(self) -> dict[str, Any]:
        """As it lies in the row."""
        told = self.outcome.text if isinstance(self.outcome, Answered) else ""
        return {"at": self.at.isoformat(), "took_ms": self.took, "outcome": self.words, "answer": told}


def tried(delivery: Delivery, attempt: Attempt, *, pause: float, over_at: datetime | None) -> Delivery:
    """The delivery after an attempt. A failed one is due again after `pause` seconds, or over from `over_at` on."""
    attempts = (*delivery.attempts, attempt.kept())
    if len(attempts) > _MOST_KEPT:
        attempts = (*attempts[: _MOST_KEPT // 2], *attempts[-_MOST_KEPT // 2 :])
    ended = attempt.at + timedelta(milliseconds=attempt.took)
    grown = replace(delivery, tries=delivery.tries + 1, attempts=attempts)
    if attempt.good:
        return replace(grown, state=DeliveryState.DELIVERED, ended_at=ended)
    if over_at is not None and ended >= over_at:
        return replace(grown, state=DeliveryState.EXHAUSTED, ended_at=ended)
    return replace(grown, due_at=ended + timedelta(seconds=max(pause, attempt.retry_after)))


def again(delivery: Delivery, at: datetime) -> Delivery:
    """The delivery, to be sent once more from now on; newer than it was, also where a clock was set back."""
    planned = max(at, delivery.planned_at + timedelta(microseconds=1))
    return replace(delivery, state=DeliveryState.PENDING, tries=0, planned_at=planned, due_at=at, ended_at=None)


def next_ones(
    pending: Iterable[Delivery], at: datetime, most: int, batch: int, busy: Collection[str] = ()
) -> Iterator[list[Delivery]]:
    """What may be sent now, `most` messages of up to `batch` events: nothing before what stands before it of its key.

    `pending` comes in the order of the numbers; of the keys in `busy` a message is under way. In a batch a key may come
    several times: it arrives or fails as one.
    """
    blocked = {*busy}
    filling: list[Delivery] = []
    for delivery in pending:
        if delivery.subject in blocked:
            continue
        if delivery.due_at > at:
            blocked.add(delivery.subject)
            continue
        if batch == 1:
            blocked.add(delivery.subject)
        filling.append(delivery)
        if len(filling) == batch:
            yield filling
            most -= 1
            filling = []
            if batch > 1 or not most:  # a second batch could overtake the first with a later event of a key
                return
    if filling:
        yield filling


def message_id(subscription: UUID, events: Sequence[Delivery]) -> str:
    """The id of a message: the same whenever the same events are sent to the same receiver."""
    first, last = events[0].number, events[-1].number
    return f"{subscription}.{first}" if len(events) == 1 else f"{subscription}.{first}-{last}.{len(events)}"


def body_of(events: Sequence[bytes], *, batched: bool) -> bytes:
    """One CloudEvent, or a batch of them, in JSON."""
    return b"[" + b",".join(events) + b"]" if batched else events[0]


def exhausted(delivery: Delivery, at: datetime) -> DeliveryExhausted:
    """推送失败, said on record."""
    return DeliveryExhausted(
        subscription_id=delivery.subscription_id,
        department=delivery.department,
        number=delivery.number,
        about=delivery.subject,
        tries=delivery.tries,
        exhausted_at=at,
    )


def tells_more(kept: Health | None, now: Health) -> bool:
    """Is it worth a row how a receiver is? Each failure, and each second in which it took something."""
    if kept is None or kept.succeeded_at is None or now.succeeded_at is None:
        return True
    return kept.failed_at != now.failed_at or now.succeeded_at - kept.succeeded_at >= _HEALTH_APART


def dead(health: Health | None, since: datetime) -> bool:
    """Has a receiver taken nothing since an instant?"""
    return health is None or health.succeeded_at is None or health.succeeded_at < since
