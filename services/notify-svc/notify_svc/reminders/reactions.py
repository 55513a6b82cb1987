"""What is somebody reminded of? Ends that come near, lateness up the ladder, moved ends, and what befalls the platform.

This service hears what it says itself, so a reminder follows the obligation's own word, by the way of every event.
"""

from __future__ import annotations

from typing import Any

from shenguan_chassis.deciding import on
from shenguan_chassis.tx import Tx
from shenguan_contracts.event import Event
from shenguan_contracts.notify import (
    CalendarMissing,
    ClockDoubted,
    EscalationRaised,
    ObligationCorrected,
    ObligationDisclaimed,
    ObligationNearlyDue,
    ObligationReopened,
    ObligationRescheduled,
)
from shenguan_contracts.reminders import Occasion
from shenguan_contracts.subscriptions import SubscriptionPaused
from shenguan_contracts.types import BUREAU, Post

from ..contacts.views import told_of_operations
from ..directory.views import holder_of, holders_wanted
from ..obligations.views import rung_told, rung_wanted
from .commands import holders, tell
from .rules import OF_BEARER, OF_SECOND, Telling
from .store import lateness_told

_ASKED = "asked"
"""Why a subscription is paused where somebody asked for it: who did knows."""


@on(ObligationNearlyDue, reads=lambda said: holders_wanted(said.department, OF_BEARER))
async def remind_of_end(tx: Tx, said: ObligationNearlyDue) -> None:
    """临期提醒: the bearer's officer and lead, before it is too late (R16)."""
    await _of_bearer(tx, said, Occasion.NEARLY_DUE)


@on(ObligationRescheduled, reads=lambda said: holders_wanted(said.department, OF_BEARER))
async def remind_of_move(tx: Tx, said: ObligationRescheduled) -> None:
    """改期告知: the calendar was amended; who relied on the old day is told of the new one (ALL art. 82)."""
    await _of_bearer(tx, said, Occasion.RESCHEDULED, before=said.due_on_before.isoformat())


async def _of_bearer(tx: Tx, said: Any, occasion: Occasion, **facts: str) -> None:
    told = Telling(occasion, _each(tx, said), said.obligation_id, facts)
    await tell(tx, await holders(tx, said.department, OF_BEARER), told)


@on(EscalationRaised, reads=lambda said: rung_wanted(said.obligation_id, said.rung))
async def remind_of_lateness(tx: Tx, said: EscalationRaised) -> None:
    """逐级提醒: who held the post when the ladder reached it, up to the principal head and the overseer (R10, R35)."""
    person = await rung_told(tx, said.obligation_id, said.rung)
    await tell(tx, [person], Telling(Occasion.OVERDUE, _each(tx, said), said.obligation_id))


@on(ObligationCorrected, ObligationReopened)
async def take_lateness_back(tx: Tx, said: ObligationCorrected | ObligationReopened) -> None:
    """撤回告知: whoever was told of a lateness that was none hears so, and nobody else."""
    told = [row["person_id"] for row in await tx.query(lateness_told(said.obligation_id))]
    await tell(tx, told, Telling(Occasion.TAKEN_BACK, _each(tx, said), said.obligation_id))


@on(ObligationDisclaimed, reads=lambda said: holders_wanted(said.department, OF_SECOND))
async def ask_second_person(tx: Tx, said: ObligationDisclaimed) -> None:
    """提请认定: the clock runs until a second person of the office has agreed (四眼原则)."""
    second = await holders(tx, said.department, OF_SECOND)
    await tell(tx, second, Telling(Occasion.DISCLAIMED, _each(tx, said), said.obligation_id))


@on(ClockDoubted)
async def alarm_operators(tx: Tx, said: ClockDoubted) -> None:
    """时钟存疑告警: legal effects are held until the clocks agree or an operator confirms; overseer and operators."""
    people = [await holder_of(tx, "", Post.OVERSEER), *await told_of_operations(tx)]
    facts = {"why": said.why, "seconds": str(said.seconds)}
    await tell(tx, people, Telling(Occasion.CLOCK_DOUBTED, _each(tx, said), facts=facts))


@on(CalendarMissing, reads=lambda _: holders_wanted(BUREAU, OF_BEARER))
async def ask_for_calendar(tx: Tx, said: CalendarMissing) -> None:
    """日历未公布告知: ends in that year may still move; bureau, overseer and operators (ALL art. 82)."""
    people = [
        *await holders(tx, BUREAU, OF_BEARER),
        await holder_of(tx, "", Post.OVERSEER),
        *await told_of_operations(tx),
    ]
    facts = {"year": str(said.year), "count": str(said.obligations)}
    await tell(tx, people, Telling(Occasion.CALENDAR_AWAITED, _each(tx, said), facts=facts))


@on(SubscriptionPaused, reads=lambda said: holders_wanted(said.department, OF_BEARER))
async def tell_of_dead_receiver(tx: Tx, said: SubscriptionPaused) -> None:
    """接收方停用告知: the department's system takes nothing any more, and its liaison people look after it (R15)."""
    if said.reason != _ASKED:
        facts = {"subscription": str(said.subscription_id), "reason": said.reason}
        told = Telling(Occasion.RECEIVER_PAUSED, _each(tx, said), facts=facts)
        await tell(tx, await holders(tx, said.department, OF_BEARER), told)


def _each(tx: Tx, said: Event) -> str:
    """Which occasion of a thing it is: the event's own place in its stream."""
    return f"{said.subject}#{tx.heard.sequence if tx.heard else 0}"
