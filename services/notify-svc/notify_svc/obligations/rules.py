"""What becomes of an obligation: met, met late, overdue, or taken back? Facts and an instant in, row and events out.

    OPEN ──met in time──────────▶ MET
      ├────met after due───────▶ MET_LATE ──an answer in time arrives late──▶ MET (corrected)
      └────due passed──────────▶ OVERDUE ──met──▶ MET_LATE
                                    └─────an answer in time arrives late──▶ MET (corrected)

An act counts by the time at which it was said, and is in time up to and including the due instant. So the order in
which the answer, the question and the due instant reach this service does not matter in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.duties import Duty
from shenguan_contracts.notify import (
    EscalationRaised,
    ObligationCorrected,
    ObligationMet,
    ObligationMetLate,
    ObligationOpened,
    ObligationOverdue,
)
from shenguan_contracts.types import Post
from shenguan_kernel.machines import Machine, Transition, step
from shenguan_kernel.working_days import Calendar, Due, end_of

from ..duties.words import Demand, DutyRow, Rung, WorkingDaysFrom


class LimitNotGiven(Refusal, status=422, rule="R14", field="days"):
    """此项义务的期限由事项承诺：请在 days 中填写承诺的工作日数。"""


class ObligationState(StrEnum):
    """Where an obligation stands."""

    OPEN = "open"
    """履行中"""
    MET = "met"
    """按期履行"""
    MET_LATE = "met_late"
    """逾期履行"""
    OVERDUE = "overdue"
    """逾期未履行"""


TRANSITIONS: Final[Machine[ObligationState]] = {
    ObligationOpened: Transition(to=ObligationState.OPEN),
    ObligationMet: Transition((ObligationState.OPEN,), ObligationState.MET),
    ObligationMetLate: Transition((ObligationState.OPEN, ObligationState.OVERDUE), ObligationState.MET_LATE),
    ObligationOverdue: Transition((ObligationState.OPEN,), ObligationState.OVERDUE),
    ObligationCorrected: Transition((ObligationState.OVERDUE, ObligationState.MET_LATE), ObligationState.MET),
    EscalationRaised: Transition((ObligationState.OVERDUE,)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """义务: one duty of one office about one thing. `look_at` is when the scheduler must look again; None: never.

    `calendar` names the edition of each year it was counted by (`2026#1`), so that its date can always be explained.
    """

    id: UUID
    version: int = 0
    duty: Duty
    department: str
    recipient: str | None
    about: str
    since_at: datetime
    days: int
    due_on: date
    due_at: datetime
    provisional: bool
    calendar: tuple[str, ...]
    state: ObligationState
    met_at: datetime | None = None
    overdue_at: datetime | None = None
    rungs_told: int = 0
    look_at: datetime | None

    @classmethod
    def first(cls, opened: ObligationOpened, *, days: int, calendar: tuple[str, ...]) -> Obligation:
        """The obligation as it arises; `days` is the limit, `calendar` the editions it was counted by."""
        return cls(
            id=opened.obligation_id,
            duty=opened.duty,
            department=opened.department,
            recipient=opened.recipient,
            about=opened.about,
            since_at=opened.since_at,
            days=days,
            due_on=opened.due_on,
            due_at=opened.due_at,
            provisional=opened.provisional,
            calendar=calendar,
            state=step(TRANSITIONS, None, opened),
            look_at=opened.due_at,
        )


Met: TypeAlias = ObligationMet | ObligationMetLate | ObligationCorrected
Arisen: TypeAlias = tuple[Obligation, ObligationOpened]
Lapsed: TypeAlias = tuple[Obligation, tuple[ObligationOverdue | EscalationRaised, ...]]


@dataclass(frozen=True, slots=True)
class RungDue:
    """One rung of the ladder with its own instant."""

    post: Post
    at: datetime


def arise(obligation_id: UUID, demand: Demand, due: Due, calendar: tuple[str, ...]) -> Arisen:
    """义务产生: the clock runs from `since_at`, and every service may know when it ends."""
    opened = ObligationOpened(
        obligation_id=obligation_id,
        duty=demand.duty,
        department=demand.department,
        about=demand.about,
        recipient=demand.recipient,
        since_at=demand.since_at,
        due_on=due.due_on,
        due_at=due.due_at,
        provisional=due.provisional,
    )
    return Obligation.first(opened, days=demand.days, calendar=calendar), opened


def meet(obligation: Obligation, said_at: datetime) -> tuple[Obligation, Met] | None:
    """履行: the bearer acted, as said at `said_at`. None if that changes nothing.

    An act in time decides for good; of acts that are all late, the first one heard does.
    """
    in_time = said_at <= obligation.due_at
    state = obligation.state
    if state is ObligationState.MET or (state is ObligationState.MET_LATE and not in_time):
        return None
    word = _WORDS[in_time, state is ObligationState.OPEN]
    met = word(
        obligation_id=obligation.id,
        duty=obligation.duty,
        department=obligation.department,
        about=obligation.about,
        met_at=said_at,
    )
    after = step(TRANSITIONS, state, met)
    return replace(obligation, state=after, met_at=said_at, look_at=None), met


_WORDS: Final[dict[tuple[bool, bool], type[Met]]] = {
    (True, True): ObligationMet,
    (True, False): ObligationCorrected,
    (False, True): ObligationMetLate,
    (False, False): ObligationMetLate,
}
"""What a meeting is called, by whether it was in time and whether the obligation was still open."""


def limit_of(row: DutyRow, promised: int | None) -> int:
    """The working days a duty would have, if it began: the row's own, or what would be promised."""
    if not isinstance(row.limit, WorkingDaysFrom):
        return row.limit.days
    if promised is None:
        raise LimitNotGiven(duty=row.duty)
    return promised


def ladder(due_on: date, due_at: datetime, rungs: Sequence[Rung], calendar: Calendar) -> tuple[RungDue, ...]:
    """The rungs with their instants: at the due instant, or at 24:00 of so many working days after the due day."""
    return tuple(
        RungDue(rung.post, end_of(calendar.nth_after(due_on, rung.days_after)) if rung.days_after else due_at)
        for rung in rungs
    )


def lapse(obligation: Obligation, climb: Sequence[RungDue], at: datetime) -> Lapsed | None:
    """逾期与逐级提醒: what the passing of time alone does to an obligation by `at`. None if it is not time yet.

    The caller has made sure that every source was heard past the instant to look at. However long nobody looked, each
    rung of `climb`, the ladder, whose instant has passed is told once, in order.
    """
    if obligation.look_at is None or at <= obligation.look_at:
        return None
    overdue, said = _fall_due(obligation, at)
    told = [_raised(obligation, rung, at) for rung in climb[overdue.rungs_told :] if rung.at < at]
    rungs_told = overdue.rungs_told + len(told)
    left = climb[rungs_told:]
    climbed = replace(overdue, rungs_told=rungs_told, look_at=left[0].at if left else None)
    return climbed, (*said, *told)


def _fall_due(obligation: Obligation, at: datetime) -> tuple[Obligation, tuple[ObligationOverdue, ...]]:
    if obligation.state is ObligationState.OVERDUE:
        return obligation, ()
    said = ObligationOverdue(
        obligation_id=obligation.id,
        duty=obligation.duty,
        department=obligation.department,
        about=obligation.about,
        due_at=obligation.due_at,
        overdue_at=at,
    )
    return replace(obligation, state=step(TRANSITIONS, obligation.state, said), overdue_at=at), (said,)


def _raised(obligation: Obligation, rung: RungDue, at: datetime) -> EscalationRaised:
    return EscalationRaised(
        obligation_id=obligation.id,
        duty=obligation.duty,
        department=obligation.department,
        about=obligation.about,
        rung=rung.post,
        raised_at=at,
    )
