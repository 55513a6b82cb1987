"""Is the host's clock to be believed? Readings in; a doubt, or none, out.

While running, wall time must have gone as far as monotonic time; always, it must be near the database's and the
broker's; at a start, it must not be before what was seen last. Where one machine is alone, its database tells the same
wrong time: after more than a day away an operator confirms once. A moved sandbox clock is no matter: the machine's own
time is read. Between two looks a clock is believed only while it is near the time of the last one: one that jumped a
second ago may not act before the watch has looked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.notify import ClockDoubted, ClockTrusted

TOLERANCE: Final = timedelta(minutes=2)
"""Clocks that are kept by NTP are nearer than that."""

EVERY: Final = timedelta(seconds=30)
"""Between two looks."""

AWAY: Final = timedelta(days=1)
"""A machine alone that was away longer asks an operator."""


class ClockNotDoubted(Refusal):
    """时钟未被存疑，无需确认。"""


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the clocks: the host's wall time, its monotonic seconds, the database's time, and the bus's.

    `bus` is None while the bus does not answer: nothing is called overdue then either.
    """

    wall: datetime
    monotonic: float
    database: datetime
    bus: datetime | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """What was found, by how much, and whether only an operator can settle it."""

    why: str
    by: timedelta
    wants_operator: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWatch:
    """时钟守望: one for the service; `why` is None while the clock is trusted."""

    id: UUID
    version: int = 0
    why: str | None
    wants_operator: bool
    since: datetime


def looked_at_lately(wall: datetime, seen_at: datetime | None) -> bool:
    """Was this very clock looked at a look or so ago? If not, it may have jumped, and legal effects wait."""
    return seen_at is not None and abs(wall - seen_at) <= EVERY + TOLERANCE


def judge_start(now: Reading, seen_at: datetime | None, *, alone: bool) -> Doubt | None:
    """At a start: against the newest time that was kept, the database's and the broker's."""
    if seen_at is not None and now.wall < seen_at - TOLERANCE:
        return Doubt("set_back", now.wall - seen_at, wants_operator=alone)
    if alone and seen_at is not None and now.wall - seen_at > AWAY:
        return Doubt("long_away", now.wall - seen_at, wants_operator=True)
    return _against_others(now)


def judge_running(now: Reading, before: Reading, *, alone: bool) -> Doubt | None:
    """While running: against monotonic time since the reading before, the database's and the broker's."""
    drift = (now.wall - before.wall) - timedelta(seconds=now.monotonic - before.monotonic)
    if abs(drift) > TOLERANCE:
        return Doubt("jumped", drift, wants_operator=alone)
    return _against_others(now)


def _against_others(now: Reading) -> Doubt | None:
    for why, told in (("disagrees", now.database), ("bus_disagrees", now.bus)):
        if told is not None and abs(now.wall - told) > TOLERANCE:
            return Doubt(why, now.wall - told, wants_operator=False)
    return None


def doubt(known: ClockWatch | None, key: UUID, found: Doubt, at: datetime) -> tuple[ClockWatch, ClockDoubted] | None:
    """时钟存疑. None if it is in doubt already, and an operator is not asked for the first time."""
    if known is not None and known.why is not None and (known.wants_operator or not found.wants_operator):
        return None
    said = ClockDoubted(clock_watch_id=key, why=found.why, seconds=int(found.by.total_seconds()), doubted_at=at)
    watch = ClockWatch(id=key, why=found.why, wants_operator=found.wants_operator, since=at)
    return replace(watch, version=known.version if known else 0), said


def agree(known: ClockWatch | None, at: datetime) -> tuple[ClockWatch, ClockTrusted] | None:
    """时钟一致: nothing is found any more. None if nothing was in doubt, or an operator is to say so."""
    if known is None or known.why is None or known.wants_operator:
        return None
    return _trusted(known, at, confirmed=False)


def confirm(known: ClockWatch | None, at: datetime) -> tuple[ClockWatch, ClockTrusted]:
    """人工确认时钟, once per doubt. Raises ClockNotDoubted."""
    if known is None or known.why is None:
        raise ClockNotDoubted
    return _trusted(known, at, confirmed=True)


def _trusted(known: ClockWatch, at: datetime, *, confirmed: bool) -> tuple[ClockWatch, ClockTrusted]:
    said = ClockTrusted(clock_watch_id=known.id, confirmed=confirmed, trusted_at=at)
    return replace(known, why=None, wants_operator=False, since=at), said
