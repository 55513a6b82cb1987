"""What does the passing of time alone do to an obligation? Yellow card, overdue, the ladder; or what the law deems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias

from shenguan_contracts.notify import EscalationRaised, ObligationDeemed, ObligationNearlyDue, ObligationOverdue
from shenguan_contracts.types import CardColour, Post
from shenguan_kernel.machines import step
from shenguan_kernel.working_days import Calendar, end_of

from ..duties.words import Rung
from .rules import TRANSITIONS, Obligation, ObligationState, looked_at

Passed: TypeAlias = ObligationNearlyDue | ObligationOverdue | ObligationDeemed | EscalationRaised
Lapsed: TypeAlias = tuple[Obligation, tuple[Passed, ...]]


@dataclass(frozen=True, slots=True)
class RungDue:
    """One rung of the ladder with its own instant."""

    post: Post
    at: datetime


def ladder(due_on: date, due_at: datetime, rungs: Sequence[Rung], calendar: Calendar) -> tuple[RungDue, ...]:
    """The rungs with their instants: at the due instant, or at 24:00 of so many working days after the due day."""
    return tuple(
        RungDue(rung.post, end_of(calendar.nth_after(due_on, rung.days_after)) if rung.days_after else due_at)
        for rung in rungs
    )


def lapse(
    obligation: Obligation, climb: Sequence[RungDue], at: datetime, remind_next_at: datetime | None = None
) -> Lapsed | None:
    """临期、逾期、逐级提醒与期满: what time alone has done by `at`. None if it is not time yet.

    The caller has made sure that every source was heard past the instant to look at. However long nobody looked, each
    rung is told once and in order; of reminders that nobody saw in time one is told, and none after the end.
    `remind_next_at` is when the next one is.
    """
    if obligation.look_at is None or at <= obligation.look_at:
        return None
    if at <= obligation.due_at:
        return _nearly_due(obligation, at, remind_next_at)
    if obligation.timer:
        return _run_out(obligation, at)
    overdue, said = _fall_due(obligation, at)
    told = [_raised(obligation, rung, at) for rung in climb[overdue.rungs_told :] if rung.at < at]
    rungs_told = overdue.rungs_told + len(told)
    left = climb[rungs_told:]
    climbed = replace(overdue, rungs_told=rungs_told, look_at=left[0].at if left else None)
    return climbed, (*said, *told)


def _nearly_due(obligation: Obligation, at: datetime, next_at: datetime | None) -> Lapsed:
    warned = ObligationNearlyDue(**obligation.named(), due_at=obligation.due_at, warned_at=at)
    state = step(TRANSITIONS, obligation.state, warned)
    return looked_at(replace(obligation, state=state, card=CardColour.YELLOW, warn_at=next_at)), (warned,)


def _run_out(obligation: Obligation, at: datetime) -> Lapsed:
    over = ObligationDeemed(**obligation.named(), due_at=obligation.due_at, deemed_at=at)
    state = step(TRANSITIONS, obligation.state, over)
    return replace(obligation, state=state, ended_at=at, look_at=None), (over,)


def _fall_due(obligation: Obligation, at: datetime) -> tuple[Obligation, tuple[ObligationOverdue, ...]]:
    if obligation.state is ObligationState.OVERDUE:
        return obligation, ()
    said = ObligationOverdue(**obligation.named(), due_at=obligation.due_at, overdue_at=at)
    state = step(TRANSITIONS, obligation.state, said)
    return replace(obligation, state=state, overdue_at=at, card=CardColour.RED), (said,)


def _raised(obligation: Obligation, rung: RungDue, at: datetime) -> EscalationRaised:
    return EscalationRaised(**obligation.named(), rung=rung.post, raised_at=at)
