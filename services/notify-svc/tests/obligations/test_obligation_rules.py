"""What becomes of an obligation: met, met late, overdue, or taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import TypeVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify_svc.duties.limits import Length, Measure
from notify_svc.duties.rules import row_of
from notify_svc.duties.words import Demand
from notify_svc.obligations import asking, passing, rules
from notify_svc.obligations.asking import EndNotGiven, LimitNotGiven, Supposed
from notify_svc.obligations.counting import Count, end_of_count, next_reminder
from notify_svc.obligations.rules import Obligation, ObligationState, Timing
from shenguan_contracts.duties import Duty
from shenguan_contracts.notify import (
    EscalationRaised,
    ObligationCorrected,
    ObligationMet,
    ObligationMetLate,
    ObligationNearlyDue,
    ObligationOverdue,
)
from shenguan_contracts.types import CardColour, Post
from shenguan_kernel.working_days import SHANGHAI, seed_calendar
from shenguan_kernel.working_days.limits import STRICT

CALENDAR = seed_calendar()
SECOND = timedelta(seconds=1)
LADDER = row_of(Duty.FORWARD_DOCUMENT).ladder


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def arisen(received: str = "2026-02-14T10:00", days: int = 1) -> Obligation:
    since_at = shanghai(received)
    length = Length(Measure.WORKING_DAY, days)
    demand = Demand(Duty.FORWARD_DOCUMENT, "fire", "bureau", "policy-document/1", since_at, length)
    end = end_of_count(Count(since_at=since_at, length=length), CALENDAR)
    timing = Timing(end=end, calendar=("2026#1",), warn_at=next_reminder(end.due_on, (0,), since_at, CALENDAR))
    return rules.arise(UUID(int=1), demand, timing, STRICT)[0]


def climb_of(obligation: Obligation) -> tuple[passing.RungDue, ...]:
    return passing.ladder(obligation.due_on, obligation.due_at, LADDER, CALENDAR)


@pytest.mark.parametrize(
    ("received", "due_on"),
    [
        ("2024-10-11T09:00", "2024-10-12"),
        ("2024-02-09T09:00", "2024-02-18"),
        ("2025-01-29T09:00", "2025-02-05"),
        ("2025-12-31T09:00", "2026-01-04"),
        ("2026-02-14T10:00", "2026-02-24"),
        ("2026-09-24T16:59", "2026-09-28"),
        ("2026-09-30T23:59", "2026-10-08"),
    ],
)
def test_one_working_day_runs_over_the_holidays_as_they_were_announced(received: str, due_on: str) -> None:
    obligation = arisen(received)

    assert obligation.due_on.isoformat() == due_on
    assert obligation.due_at == shanghai(f"{due_on}T00:00") + timedelta(days=1)


def test_a_new_obligation_is_open_and_looked_at_when_its_last_day_begins() -> None:
    obligation = arisen()

    assert obligation.state is ObligationState.OPEN
    assert obligation.look_at == obligation.due_at - timedelta(days=1)


def test_when_the_last_day_begins_the_yellow_card_is_shown_once() -> None:
    obligation = arisen()

    warned, said = happened(passing.lapse(obligation, (), obligation.due_at - timedelta(hours=23)))

    assert warned.card is CardColour.YELLOW
    assert isinstance(said[0], ObligationNearlyDue)
    assert warned.look_at == obligation.due_at
    assert passing.lapse(warned, (), obligation.due_at - timedelta(hours=22)) is None


def test_reminder_points_are_as_many_working_days_before_the_end_and_each_comes_once() -> None:
    due_on, points = date(2026, 2, 26), (5, 1, 0)
    began = shanghai("2026-02-01T09:00")

    told = [began]
    while (at := next_reminder(due_on, points, told[-1], CALENDAR)) is not None:
        told.append(at)

    assert told[1:] == [shanghai(f"2026-02-{day}T00:00") for day in ("12", "25", "26")]


def test_a_reminder_that_lies_before_the_limit_began_is_none() -> None:
    assert next_reminder(date(2026, 2, 26), (5, 1), shanghai("2026-02-24T09:00"), CALENDAR) == shanghai(
        "2026-02-25T00:00"
    )


def test_after_a_reminder_the_next_one_is_awaited_and_the_yellow_card_stays() -> None:
    obligation = arisen(days=5)
    at, next_at = obligation.due_at - timedelta(days=1), obligation.due_at - timedelta(hours=5)

    warned, _ = happened(passing.lapse(replace(obligation, look_at=at), (), at + SECOND, next_at))
    again, said = happened(passing.lapse(warned, (), next_at + SECOND))

    assert (warned.card, warned.look_at) == (CardColour.YELLOW, next_at)
    assert (again.card, again.look_at) == (CardColour.YELLOW, obligation.due_at)
    assert isinstance(said[0], ObligationNearlyDue)


def test_an_act_at_the_very_due_instant_is_in_time() -> None:
    obligation = arisen()

    met, said = happened(rules.meet(obligation, obligation.due_at))

    assert met.state is ObligationState.MET
    assert met.look_at is None
    assert isinstance(said[0], ObligationMet)


def test_an_act_after_it_is_late_even_if_nobody_had_noticed_yet() -> None:
    obligation = arisen()

    met, said = happened(rules.meet(obligation, obligation.due_at + SECOND))

    assert met.state is ObligationState.MET_LATE
    assert isinstance(said[0], ObligationMetLate)


def test_time_alone_makes_nobody_late_up_to_the_due_instant() -> None:
    obligation = replace(arisen(), warn_at=None, look_at=arisen().due_at)

    assert passing.lapse(obligation, climb_of(obligation), obligation.due_at) is None


def test_when_it_passes_the_duty_is_overdue_and_officer_and_lead_are_told() -> None:
    obligation = arisen()

    overdue, said = happened(passing.lapse(obligation, climb_of(obligation), obligation.due_at + SECOND))

    assert overdue.state is ObligationState.OVERDUE
    assert isinstance(said[0], ObligationOverdue)
    assert rungs(said) == [Post.LIAISON_OFFICER, Post.LIAISON_LEAD]
    assert overdue.look_at == shanghai("2026-02-26T00:00")


def test_the_principal_head_is_told_a_working_day_later_and_the_overseer_after_two() -> None:
    obligation = arisen()
    climb = climb_of(obligation)
    overdue, _ = happened(passing.lapse(obligation, climb, obligation.due_at + SECOND))

    higher, to_head = happened(passing.lapse(overdue, climb, shanghai("2026-02-26T00:01")))
    top, to_overseer = happened(passing.lapse(higher, climb, shanghai("2026-02-27T00:01")))

    assert rungs(to_head) == [Post.PRINCIPAL_HEAD]
    assert rungs(to_overseer) == [Post.OVERSEER]
    assert top.look_at is None


def test_the_ladder_rests_over_a_holiday() -> None:
    obligation = arisen("2026-09-29T09:00")

    instants = [rung.at for rung in climb_of(obligation)]

    assert obligation.due_on.isoformat() == "2026-09-30"
    assert instants[2] == shanghai("2026-10-09T00:00")


def test_after_weeks_of_downtime_each_rung_is_told_once_and_in_order() -> None:
    obligation = arisen()

    top, said = happened(passing.lapse(obligation, climb_of(obligation), obligation.due_at + timedelta(weeks=5)))

    assert rungs(said) == [Post.LIAISON_OFFICER, Post.LIAISON_LEAD, Post.PRINCIPAL_HEAD, Post.OVERSEER]
    assert top.look_at is None


def test_doing_it_late_ends_the_climb_and_the_lateness_stays() -> None:
    obligation = arisen()
    overdue, _ = happened(passing.lapse(obligation, climb_of(obligation), obligation.due_at + SECOND))

    done, said = happened(rules.meet(overdue, obligation.due_at + SECOND * 2))

    assert done.state is ObligationState.MET_LATE
    assert done.overdue_at == obligation.due_at + SECOND
    assert done.look_at is None
    assert isinstance(said[0], ObligationMetLate)


@pytest.mark.parametrize("late_first", [True, False])
def test_an_act_in_time_that_is_heard_late_takes_the_overdue_back(late_first: bool) -> None:
    obligation = arisen()
    before, _ = happened(passing.lapse(obligation, climb_of(obligation), obligation.due_at + SECOND))
    if late_first:
        before = happened(rules.meet(before, obligation.due_at + SECOND * 2))[0]

    after, said = happened(rules.meet(before, obligation.due_at - SECOND))

    assert after.state is ObligationState.MET
    assert after.met_at == obligation.due_at - SECOND
    assert isinstance(said[0], ObligationCorrected)
    assert after.card is None


def test_what_was_met_in_time_stays_so_whatever_comes_later() -> None:
    met = happened(rules.meet(arisen(), shanghai("2026-02-24T09:00")))[0]

    assert rules.meet(met, shanghai("2026-03-24T09:00")) is None
    assert rules.meet(met, shanghai("2026-02-14T11:00")) is None


def test_a_deemed_acceptance_is_no_examination_in_time() -> None:
    """It is said after the due instant; that its `accepted_at` is backdated to the receipt makes nothing timely."""
    examined = replace(arisen("2026-02-06T09:00", days=5), duty=Duty.EXAMINE_APPLICATION)
    overdue, _ = happened(passing.lapse(examined, climb_of(examined), examined.due_at + SECOND))

    ended = happened(rules.meet(overdue, examined.due_at + SECOND * 3))[0]

    assert examined.due_on.isoformat() == "2026-02-13"
    assert ended.state is ObligationState.MET_LATE


Said = TypeVar("Said")
Happening = Callable[[Obligation], "tuple[Obligation, object] | None"]


@given(
    acts=st.lists(st.integers(-3, 3).filter(bool), max_size=3, unique=True),
    looks=st.lists(st.integers(1, 400), max_size=3),
)
def test_in_whatever_order_acts_and_time_are_noticed_the_end_is_the_same(acts: list[int], looks: list[int]) -> None:
    obligation = arisen()
    climb = climb_of(obligation)
    heard: list[Happening] = [
        *(lambda now, hours=hours: rules.meet(now, obligation.due_at + timedelta(hours=hours)) for hours in acts),
        *(
            lambda now, hours=hours: passing.lapse(now, climb, obligation.due_at + timedelta(hours=hours))
            for hours in looks
        ),
    ]

    ends = {lived(obligation, order) for order in permutations(heard)}

    in_time = any(hours < 0 for hours in acts)
    unmet = ObligationState.OVERDUE if looks else ObligationState.OPEN
    assert ends == {ObligationState.MET if in_time else ObligationState.MET_LATE if acts else unmet}


def test_a_promised_limit_can_only_be_previewed_if_it_is_given() -> None:
    def days(duty: Duty, promised: int | None) -> int:
        supposed = Supposed(duty=duty, since_at=shanghai("2026-02-02T09:00"), days=promised)
        return asking.count_of(row_of(duty), supposed, None).days

    assert days(Duty.DECIDE_CASE, 9) == 9
    assert days(Duty.FORWARD_DOCUMENT, None) == 1
    with pytest.raises(LimitNotGiven):
        days(Duty.DECIDE_CASE, None)
    with pytest.raises(EndNotGiven):
        days(Duty.NOMINATE_EXPERTS, None)


def lived(obligation: Obligation, happenings: tuple[Happening, ...]) -> ObligationState:
    for happening in happenings:
        changed = happening(obligation)
        obligation = changed[0] if changed else obligation
    return obligation.state


def rungs(said: tuple[object, ...]) -> list[Post]:
    return [event.rung for event in said if isinstance(event, EscalationRaised)]


def happened(change: tuple[Obligation, Said] | None) -> tuple[Obligation, Said]:
    assert change is not None
    return change
