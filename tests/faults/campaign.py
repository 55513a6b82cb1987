"""When is what killed, and how soon does it work again? A schedule made by a seed, carried out under load."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from statistics import median
from time import monotonic

import asyncpg

from shenguan_chassis.testing.processes import until
from tests.faults.evidence import at_rest, gathered
from tests.faults.history import violations
from tests.faults.load import Clients
from tests.faults.records import History, Outcome
from tests.faults.town import Town
from tests.faults.watching import opened, watch

_PER_SECOND = 40.0
_RECOVERS_WITHIN = 90.0
"""Far more than is promised (faults.md): what was measured is reported, not judged."""


def todays_seed() -> int:
    """A seed that rotates by the day, or the one that SHENGUAN_SEED gives to replay a run."""
    return int(os.environ.get("SHENGUAN_SEED") or datetime.now(UTC).toordinal())


@dataclass(frozen=True, slots=True)
class Blow:
    """One or two are killed after some calm, and started again; a patient blow waits until all works again."""

    victims: tuple[str, ...]
    calm: float
    down: float
    patient: bool


def blows(seed: int, names: Sequence[str], how_many: int) -> list[Blow]:
    """A schedule in which each victim's turn comes before any has its second; one in five takes another along."""
    chance, deck, made = random.Random(seed), list[str](), list[Blow]()
    while len(made) < how_many:
        deck = deck or chance.sample(sorted(names), len(names))
        first = deck.pop()
        others = [chance.choice(sorted(set(names) - {first}))] if chance.random() < 0.2 else []
        made.append(
            Blow((first, *others), chance.uniform(0.2, 2.5), chance.uniform(0.0, 1.5), patient=chance.random() < 0.7)
        )
    return made


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds from the restart until every process said it could work, and until a new event took effect elsewhere."""

    victims: tuple[str, ...]
    ready: float
    flowing: float

    def __str__(self) -> str:
        return f"{' + '.join(self.victims)}: ready {self.ready:.1f} s, effects {self.flowing:.1f} s"


@dataclass
class Campaign:
    """One town under one schedule; afterwards it is judged."""

    town: Town
    seed: int
    schedule: Sequence[Blow]
    rests_within: float = _RECOVERS_WITHIN
    """Seconds until all that was said should have taken effect."""
    kills: int = 0
    recoveries: list[Recovery] = field(default_factory=list)

    async def judged(self) -> tuple[History, list[str]]:
        """Run it under load, wait until all is quiet, and judge what was seen."""
        await watch(self.town.places)
        clients = Clients(self.town.urls, self.town.issuer, _PER_SECOND)
        await clients.furnish()
        async with asyncio.TaskGroup() as group:
            group.create_task(clients.work(self.seed))
            for blow in self.schedule:
                await self._strike(blow)
            await until(self.town.ready, _RECOVERS_WITHIN)
            clients.close()
        # What does not come to rest is judged as it stands: the judge says what is missing.
        with suppress(TimeoutError):
            await until(lambda: at_rest(self.town.places), self.rests_within)
        history = await gathered(self.town.places, clients.log, self.town.bus_url)
        history = replace(history, left={**history.left, **self.town.unhandled()})
        return history, violations(history)

    async def _strike(self, blow: Blow) -> None:
        await _rest(blow.calm)
        for name in blow.victims:
            self.kills += await self.town.victims[name].kill()
        await _rest(blow.down)
        for name in sorted(blow.victims, key=_comes_later):
            await self.town.victims[name].revive()
        if blow.patient:
            self.recoveries.append(await self._recovery(blow.victims))

    async def _recovery(self, victims: tuple[str, ...]) -> Recovery:
        began, since = monotonic(), datetime.now(UTC)
        await until(self.town.ready, _RECOVERS_WITHIN)
        ready = monotonic() - began
        await until(lambda: self._flows(since), _RECOVERS_WITHIN)
        return Recovery(victims, ready, monotonic() - began)

    async def _flows(self, since: datetime) -> bool:
        """True once a licence granted since then is in the ledger and has its obligations."""
        approval, supervision, notify = self.town.places
        try:
            async with opened(approval.dsn) as connection:
                subject = await connection.fetchval(_GRANTED, since)
            async with opened(supervision.dsn) as connection:
                watched = await connection.fetchval(_WATCHED, (subject or "").removeprefix("license/"))
            async with opened(notify.dsn) as connection:
                return bool(watched and await connection.fetchval(_OBLIGED, subject))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

    def report(self, history: History, found: Sequence[str]) -> str:
        """What happened, in a few lines for people."""
        unknown = sum(attempt.outcome is Outcome.UNKNOWN for attempt in history.attempts)
        slowest = max((attempt.seconds for attempt in history.attempts), default=0.0)
        lines = [
            f"seed {self.seed}: {self.kills} kills, {len(history.entries)} commands, {len(history.kept)} events",
            f"attempts {len(history.attempts)}, of them unknown {unknown}, slowest answer {slowest:.1f} s",
            f"on the bus {len(history.wire)}, effects {len(history.effects)}, obligations {len(history.opened)}",
            f"ready after {_spread([one.ready for one in self.recoveries])}",
            f"effects after {_spread([one.flowing for one in self.recoveries])}",
            f"ended by themselves: {', '.join(self.town.restarts) or 'none'}",
            *(f"  {one}" for one in self.recoveries),
            f"violations: {len(found)}",
            *found[:30],
        ]
        return "\n".join(lines)


_GRANTED = """
SELECT subject FROM event WHERE at > $1 AND type = 'cn.shenguan.approval.ApprovalIssued.v1' ORDER BY at LIMIT 1
"""
_WATCHED = "SELECT EXISTS (SELECT FROM watched WHERE what = 'licenses' AND keys = ARRAY[$1::text])"
_OBLIGED = "SELECT EXISTS (SELECT FROM obligations WHERE about = $1)"


def _comes_later(name: str) -> bool:
    """What others need at their start goes first."""
    return name not in ("PostgreSQL", "Kafka")


def _spread(seconds: Sequence[float]) -> str:
    return f"{median(seconds):.1f} s (longest {max(seconds):.1f})" if seconds else "no measure"


async def _rest(seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), seconds)
