"""A thousand random lives of obligations, told to the rules in one order and to a plain model in another."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify_svc.duties.limits import Length, Measure
from notify_svc.duties.words import Demand
from notify_svc.obligations import passing, rules
from notify_svc.obligations.counting import Count, Extension, Pause, end_of_count, next_reminder
from notify_svc.obligations.rules import Obligation, ObligationState, Timing
from shenguan_contracts.duties import Duty
from shenguan_kernel.working_days import legal_day
from shenguan_kernel.working_days.limits import STRICT

from .plain_model import CALENDAR, DAY, Act, Plain, a_life

instants = st.integers(0, 24 * 2_700).map(lambda hours: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
lengths = st.integers(1, 45)


def due_on(count: Count) -> date:
    return end_of_count(count, CALENDAR).due_on


def counting(since_at: datetime, days: int, *pauses: Pause) -> Count:
    return Count(since_at=since_at, length=Length(Measure.WORKING_DAY, days), pauses=pauses)


@given(since_at=instants, later=st.timedeltas(timedelta(), timedelta(days=40)), days=lengths)
def test_who_receives_later_is_never_due_earlier(since_at: datetime, later: timedelta, days: int) -> None:
    assert due_on(counting(since_at, days)) <= due_on(counting(since_at + later, days))


@given(since_at=instants, days=lengths, more=st.integers(0, 20))
def test_a_longer_limit_never_ends_earlier(since_at: datetime, days: int, more: int) -> None:
    assert due_on(counting(since_at, days)) <= due_on(counting(since_at, days + more))


@given(since_at=instants, days=lengths, begins=st.integers(1, 44), lasts=st.integers(0, 60))
def test_a_pause_of_n_working_days_moves_the_end_by_n(since_at: datetime, days: int, begins: int, lasts: int) -> None:
    first = CALENDAR.nth_after(legal_day(since_at), min(begins, days))
    pause = Pause(since_on=first, until_on=first + DAY * lasts, ground="hearing")
    stopped = CALENDAR.working_days_within(first, first + DAY * lasts)

    assert due_on(counting(since_at, days, pause)) == CALENDAR.nth_after(legal_day(since_at), days + stopped)


@given(since_at=instants, days=lengths, begins=st.integers(1, 44), lasts=st.integers(0, 60))
def test_the_explanation_recounts_to_the_same_day(since_at: datetime, days: int, begins: int, lasts: int) -> None:
    first = legal_day(since_at) + DAY * begins
    end = end_of_count(
        counting(since_at, days, Pause(since_on=first, until_on=first + DAY * lasts, ground="")), CALENDAR
    )

    told = end.explanation
    counted = [day for day in told if day.counted]

    assert [day.number for day in counted] == list(range(1, days + 1))
    assert counted[-1].day == told[-1].day == end.due_on
    assert [day.day for day in told] == [told[0].day + DAY * n for n in range(len(told))]


def timing_of(obligation: Obligation) -> Timing:
    end = end_of_count(obligation.count(), CALENDAR)
    warn_at = next_reminder(end.due_on, (0,), obligation.since_at, CALENDAR)
    return Timing(end=end, calendar=("2026#1",), warn_at=warn_at)


def born(since_at: datetime, days: int) -> Obligation:
    length = Length(Measure.WORKING_DAY, days)
    demand = Demand(Duty.DECIDE_CASE, "bureau", None, "case/1", since_at, length)
    end = end_of_count(Count(since_at=since_at, length=length), CALENDAR)
    timing = Timing(end=end, calendar=("2026#1",), warn_at=next_reminder(end.due_on, (0,), since_at, CALENDAR))
    return rules.arise(UUID(int=1), demand, timing, STRICT)[0]


def happened(obligation: Obligation, act: Act) -> Obligation:
    changed = None
    if act.kind == "meet":
        changed = rules.meet(obligation, act.at)
    elif act.kind == "cancel":
        changed = rules.cancel(obligation, "CaseClosed", act.at)
    elif act.kind == "suspend":
        changed = rules.suspend(obligation, "hearing", act.at)
    elif act.kind == "extend":
        extension = Extension(days=act.days, until_at=None, ground="CaseExtended", extended_at=act.at)
        longer = rules.extended(obligation, extension)
        changed = rules.extend(longer, act.at, timing_of(longer))
    elif obligation.state is ObligationState.SUSPENDED:
        ended = rules.ended_pause(obligation, act.at)
        changed = rules.resume(ended, act.at, timing_of(ended))
    return changed[0] if changed else obligation


def looked_at(obligation: Obligation, now: datetime) -> Obligation:
    lapsed = passing.lapse(obligation, (), now)
    return lapsed[0] if lapsed else obligation


@pytest.mark.parametrize("seed", range(1_000))
def test_however_late_it_is_heard_and_whenever_somebody_looks_the_end_is_the_model_s(seed: int) -> None:
    chance = random.Random(seed)
    since_at, days, acts = a_life(chance)
    model, obligation = Plain(since_at, days), born(since_at, days)

    for act in acts:
        if chance.random() < 0.4:  # somebody looked before the act was heard, however late that was
            obligation = looked_at(obligation, act.at + timedelta(days=chance.randrange(90)))
        obligation = happened(obligation, act)
        model.take(act)
    now = since_at + timedelta(days=400)
    for _ in range(2):  # the yellow card, then the end
        obligation = looked_at(obligation, now)

    assert obligation.state == model.at_last(now)
    if obligation.state in {ObligationState.MET, ObligationState.OVERDUE}:
        assert obligation.due_on == model.ends_on() or model.pause_from is not None
