"""What becomes of an obligation? Facts and an instant in, row and events out; `passing` says what time alone does.

    OPEN ──met in time──────────▶ MET
      ├────met after due───────▶ MET_LATE ──an answer in time arrives late──▶ MET (corrected)
      ├────due passed──────────▶ OVERDUE ──met──▶ MET_LATE
      │                             ├─────an answer in time arrives late──▶ MET (corrected)
      │                             └─────a suspension or extension in time arrives late──▶ OPEN (reopened)
      │                                   so it is where a late announced day off moves the end
      ├────art. 45 procedure───▶ SUSPENDED ──it ends──▶ OPEN, with a later end
      ├────its matter is gone──▶ CANCELLED
      ├────two persons agree───▶ NOT_APPLICABLE
      └────a timer runs out────▶ DEEMED ──an act in time arrives late──▶ MET (corrected)

An act counts by the time at which it was said, and is in time up to and including the due instant. So the order in
which the answer, the question and the due instant reach this service does not matter in the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias
from uuid import UUID

from shenguan_contracts.duties import Duty
from shenguan_contracts.event import Event
from shenguan_contracts.notify import (
    EscalationRaised,
    ObligationCancelled,
    ObligationCorrected,
    ObligationDeemed,
    ObligationDisclaimed,
    ObligationExtended,
    ObligationMet,
    ObligationMetLate,
    ObligationNearlyDue,
    ObligationNotApplicable,
    ObligationOpened,
    ObligationOverdue,
    ObligationReopened,
    ObligationRescheduled,
    ObligationResumed,
    ObligationSuspended,
)
from shenguan_contracts.types import AfterHoursRule, CardColour
from shenguan_kernel.machines import Machine, Transition, step
from shenguan_kernel.working_days import OfficeHours, legal_day

from ..duties.limits import Length, Measure
from ..duties.words import Demand
from .counting import Count, End, Extension, Pause


class ObligationState(StrEnum):
    """Where an obligation stands."""

    OPEN = "open"
    """履行中"""
    SUSPENDED = "suspended"
    """中止"""
    MET = "met"
    """按期履行"""
    MET_LATE = "met_late"
    """逾期履行"""
    OVERDUE = "overdue"
    """逾期未履行"""
    DEEMED = "deemed"
    """期满，依法发生效力"""
    NOT_APPLICABLE = "not_applicable"
    """不适用"""
    CANCELLED = "cancelled"
    """已消灭"""


_S = ObligationState
RUNNING: Final = (_S.OPEN, _S.SUSPENDED)
OWED: Final = (*RUNNING, _S.OVERDUE)
"""Somebody still has to do it."""
LATE: Final = (_S.OVERDUE, _S.MET_LATE)
"""Somebody is held to have been late."""

TRANSITIONS: Final[Machine[ObligationState]] = {
    ObligationOpened: Transition(to=_S.OPEN),
    ObligationSuspended: Transition((_S.OPEN,), _S.SUSPENDED),
    ObligationResumed: Transition((_S.SUSPENDED,), _S.OPEN),
    ObligationExtended: Transition(RUNNING),
    ObligationRescheduled: Transition((_S.OPEN, *LATE)),
    ObligationNearlyDue: Transition((_S.OPEN,)),
    ObligationMet: Transition(RUNNING, _S.MET),
    ObligationMetLate: Transition((_S.OPEN, _S.OVERDUE), _S.MET_LATE),
    ObligationOverdue: Transition((_S.OPEN,), _S.OVERDUE),
    ObligationReopened: Transition((_S.OVERDUE,), _S.OPEN),
    ObligationCorrected: Transition((_S.OVERDUE, _S.MET_LATE, _S.DEEMED), _S.MET),
    ObligationDeemed: Transition((_S.OPEN,), _S.DEEMED),
    ObligationDisclaimed: Transition(OWED),
    ObligationNotApplicable: Transition(OWED, _S.NOT_APPLICABLE),
    ObligationCancelled: Transition(OWED, _S.CANCELLED),
    EscalationRaised: Transition((_S.OVERDUE,)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """义务: one duty of one office about one thing. `look_at` is when the scheduler must look again; None: never.

    `calendar` names the edition of each year it was counted by (`2026#1`) and `edition` that of its limit (0: as the
    table has it), so that its date can always be explained. `measure`, `days` and `length_at` are its length.
    """

    id: UUID
    version: int = 0
    duty: Duty
    edition: int = 0
    timer: bool = False
    department: str
    recipient: str | None
    about: str
    since_at: datetime
    measure: Measure
    days: int
    length_at: datetime | None
    after_hours: AfterHoursRule
    closes_minute: int
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    due_on: date
    due_at: datetime
    provisional: bool
    calendar: tuple[str, ...]
    state: ObligationState
    card: CardColour | None = None
    warn_at: datetime | None = None
    met_at: datetime | None = None
    overdue_at: datetime | None = None
    ended_at: datetime | None = None
    disclaimed_by: str | None = None
    disclaimed_for: str | None = None
    rungs_told: int = 0
    look_at: datetime | None

    def count(self) -> Count:
        """What its end is counted from."""
        return Count(
            since_at=self.since_at,
            length=Length(self.measure, self.days, self.length_at),
            hours=OfficeHours.closing(self.after_hours, self.closes_minute),
            pauses=self.pauses,
            extensions=self.extensions,
        )

    def named(self) -> dict[str, Any]:
        """What every event says of it."""
        return {
            "obligation_id": self.id,
            "duty": self.duty,
            "department": self.department,
            "about": self.about,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """An end with the editions it was counted by and the instant of its first reminder, which shows the yellow card."""

    end: End
    calendar: tuple[str, ...]
    warn_at: datetime | None = None


Arisen: TypeAlias = tuple[Obligation, ObligationOpened]
Changed: TypeAlias = tuple[Obligation, tuple[Event, ...]]


def arise(  # noqa: PLR0913 - each is a fact of the obligation, named at the call
    obligation_id: UUID, demand: Demand, timing: Timing, hours: OfficeHours, *, edition: int = 0, timer: bool = False
) -> Arisen:
    """义务产生: the clock runs from `since_at`, and every service may know when it ends."""
    end = timing.end
    opened = ObligationOpened(
        obligation_id=obligation_id,
        duty=demand.duty,
        department=demand.department,
        about=demand.about,
        recipient=demand.recipient,
        since_at=demand.since_at,
        due_on=end.due_on,
        due_at=end.due_at,
        provisional=end.provisional,
        timer=timer,
    )
    warn_at = None if timer else timing.warn_at
    return Obligation(
        id=obligation_id,
        duty=demand.duty,
        edition=edition,
        timer=timer,
        department=demand.department,
        recipient=demand.recipient,
        about=demand.about,
        since_at=demand.since_at,
        measure=demand.length.measure,
        days=demand.length.days,
        length_at=demand.length.at,
        after_hours=AfterHoursRule(hours.after_hours.value),
        closes_minute=hours.closes_minute,
        due_on=end.due_on,
        due_at=end.due_at,
        provisional=end.provisional,
        calendar=timing.calendar,
        state=step(TRANSITIONS, None, opened),
        warn_at=warn_at,
        look_at=_next_look(warn_at, end.due_at),
    ), opened


def looked_at(obligation: Obligation) -> Obligation:
    """The open obligation with the instant of its next look: its next reminder, else its end."""
    return replace(obligation, look_at=_next_look(obligation.warn_at, obligation.due_at))


def _next_look(warn_at: datetime | None, due_at: datetime) -> datetime:
    return due_at if warn_at is None else min(warn_at, due_at)


def meet(obligation: Obligation, said_at: datetime) -> Changed | None:
    """履行: the bearer acted, as said at `said_at`. None if that changes nothing.

    An act in time decides for good; of acts that are all late, the first one heard does. While the clock stands still
    nothing is late; a timer that has run out is not met late.
    """
    state = obligation.state
    in_time = state is ObligationState.SUSPENDED or said_at <= obligation.due_at
    word = _WORDS.get((state, in_time))
    if word is None or (obligation.timer and not in_time):
        return None
    met = word(**obligation.named(), met_at=said_at)
    after = step(TRANSITIONS, state, met)
    card = None if in_time else CardColour.RED
    done = replace(obligation, state=after, met_at=said_at, card=card, warn_at=None, look_at=None)
    return done, (met,)


_WORDS: Final[dict[tuple[ObligationState, bool], type[ObligationMet | ObligationMetLate | ObligationCorrected]]] = {
    (_S.OPEN, True): ObligationMet,
    (_S.SUSPENDED, True): ObligationMet,
    (_S.OVERDUE, True): ObligationCorrected,
    (_S.MET_LATE, True): ObligationCorrected,
    (_S.DEEMED, True): ObligationCorrected,
    (_S.OPEN, False): ObligationMetLate,
    (_S.OVERDUE, False): ObligationMetLate,
}
"""What a meeting is called, by where the obligation stood and whether the act was in time; else it changes nothing."""


def suspend(obligation: Obligation, ground: str, at: datetime) -> Changed | None:
    """中止: the clock stands still from the day of `at` on (ALL art. 45). None if it was over by then."""
    obligation, said = _unlapsed(obligation, at)
    if obligation.state is not ObligationState.OPEN or at > obligation.due_at:
        return None
    suspended = ObligationSuspended(**obligation.named(), ground=ground, suspended_at=at)
    pause = Pause(since_on=legal_day(at), until_on=None, ground=ground)
    still = replace(
        obligation,
        state=step(TRANSITIONS, obligation.state, suspended),
        pauses=(*obligation.pauses, pause),
        card=None,
        look_at=None,
    )
    return still, (*said, suspended)


def ended_pause(obligation: Obligation, at: datetime) -> Obligation:
    """The suspended obligation with its pause ended on the day of `at`, still to be counted."""
    *before, last = obligation.pauses
    until_on = max(last.since_on, legal_day(at))
    return replace(obligation, pauses=(*before, replace(last, until_on=until_on)))


def resume(obligation: Obligation, at: datetime, timing: Timing) -> Changed:
    """恢复: the clock goes on; `timing` is counted with the pause that has ended (ALL art. 45)."""
    end = timing.end
    resumed = ObligationResumed(
        **obligation.named(), resumed_at=at, due_on=end.due_on, due_at=end.due_at, provisional=end.provisional
    )
    state = step(TRANSITIONS, obligation.state, resumed)
    return looked_at(_timed(replace(obligation, state=state), timing)), (resumed,)


def extended(obligation: Obligation, extension: Extension) -> Obligation:
    """The obligation with an extension, still to be counted."""
    return replace(obligation, extensions=(*obligation.extensions, extension))


def extend(obligation: Obligation, at: datetime, timing: Timing) -> Changed | None:
    """延长: the limit is longer; `timing` is counted with the extension. None if it was over by then (ALL art. 42)."""
    obligation, said = _unlapsed(obligation, at)
    running = obligation.state in RUNNING
    if not running or (obligation.state is ObligationState.OPEN and at > obligation.due_at):
        return None
    end = timing.end
    longer = ObligationExtended(
        **obligation.named(), extended_at=at, due_on=end.due_on, due_at=end.due_at, provisional=end.provisional
    )
    state = step(TRANSITIONS, obligation.state, longer)
    timed = _timed(replace(obligation, state=state), timing)
    return (looked_at(timed) if state is ObligationState.OPEN else timed), (*said, longer)


def reschedule(obligation: Obligation, timing: Timing, at: datetime) -> Changed | None:
    """改期: the calendar was amended. None if that changes nothing, or would make somebody late at one stroke.

    An end that the new calendar puts into the past stays where it was: who relied on it is not late for that.
    """
    end = timing.end
    same = (end.due_at, end.provisional) == (obligation.due_at, obligation.provisional)
    if obligation.state is not ObligationState.OPEN or same or end.due_at <= at:
        return None
    return looked_at(_timed(obligation, timing)), (_moved(obligation, timing, at),)


def relieve(obligation: Obligation, timing: Timing, at: datetime) -> Changed | None:
    """改期及于逾期: an arrangement that was entered late gives who is held late more time (ALL art. 82).

    An end that is still to come lets the clock run again; an act before the new end was in time. None if the new end is
    no later, or the act was late for it too. The caller keeps out what the law has drawn its consequence from.
    """
    if timing.end.due_at <= obligation.due_at:
        return None
    moved = _moved(obligation, timing, at)
    longer = replace(_timed(obligation, timing), card=obligation.card)
    if obligation.met_at is not None:
        corrected = meet(longer, obligation.met_at)
        return None if corrected is None else (corrected[0], (moved, *corrected[1]))
    running, taken_back = _unlapsed(longer, at)
    return (looked_at(running) if taken_back else longer), (moved, *taken_back)


def _moved(obligation: Obligation, timing: Timing, at: datetime) -> ObligationRescheduled:
    end = timing.end
    return ObligationRescheduled(
        **obligation.named(),
        due_on_before=obligation.due_on,
        due_on=end.due_on,
        due_at=end.due_at,
        provisional=end.provisional,
        rescheduled_at=at,
    )


def cancel(obligation: Obligation, ground: str, at: datetime) -> Changed | None:
    """义务消灭: what it was about is gone. A lateness that had come by then stays on record as a red card."""
    obligation, said = _unlapsed(obligation, at)
    if obligation.state not in OWED:
        return None
    gone = ObligationCancelled(**obligation.named(), ground=ground, cancelled_at=at)
    card = obligation.card if obligation.state is ObligationState.OVERDUE else None
    state = step(TRANSITIONS, obligation.state, gone)
    return replace(obligation, state=state, card=card, ended_at=at, warn_at=None, look_at=None), (*said, gone)


def _timed(obligation: Obligation, timing: Timing) -> Obligation:
    end = timing.end
    return replace(
        obligation,
        due_on=end.due_on,
        due_at=end.due_at,
        provisional=end.provisional,
        calendar=timing.calendar,
        warn_at=None if obligation.timer else timing.warn_at,
        card=None,
    )


def _unlapsed(obligation: Obligation, at: datetime) -> tuple[Obligation, tuple[Event, ...]]:
    """The obligation as if it had not been called overdue, where `at` is in time; else as it is."""
    if obligation.state is not ObligationState.OVERDUE or at > obligation.due_at:
        return obligation, ()
    reopened = ObligationReopened(**obligation.named(), reopened_at=at)
    state = step(TRANSITIONS, obligation.state, reopened)
    return replace(obligation, state=state, overdue_at=None, rungs_told=0, card=None), (reopened,)
