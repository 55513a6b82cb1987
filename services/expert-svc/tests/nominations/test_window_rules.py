"""Until 15:00 of a day in Shanghai a department names its experts; after it, they are taken and flagged (R34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from expert_svc.nominations import rules
from expert_svc.nominations.rules import NominationWindow, Plan, Quotas, Wanted, WindowState
from shenguan_contracts.expert import Pool, Quota

MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
WINDOW = UUID(int=7)
PLAN = Plan(
    title="示例推荐",
    departments=("health", "fire", "fire"),
    closes_on=date(2026, 4, 15),
    quotas=Quotas(think_tank=rules.USUAL[Pool.THINK_TANK], survey=rules.USUAL[Pool.SURVEY]),
)
CLOSES = datetime(2026, 4, 15, 7, tzinfo=UTC)


def window() -> NominationWindow:
    return NominationWindow.first(rules.open_window(WINDOW, PLAN, at=MONDAY_9AM), PLAN)


def test_a_window_closes_at_three_in_the_afternoon_in_shanghai() -> None:
    opened = rules.open_window(WINDOW, PLAN, at=MONDAY_9AM)

    assert opened.closes_at == CLOSES
    assert opened.departments == ("fire", "health")
    assert (opened.think_tank, opened.survey) == (Quota(least=2, most=3), Quota(least=1, most=2))


def test_a_window_that_would_be_closed_already_is_refused() -> None:
    with pytest.raises(rules.ClosesTooSoon):
        rules.open_window(WINDOW, PLAN, at=CLOSES)

    assert rules.open_window(WINDOW, PLAN, at=CLOSES - timedelta(seconds=1))


def test_a_quota_that_nobody_could_meet_is_refused() -> None:
    none = replace(PLAN, quotas=replace(PLAN.quotas, survey=Wanted(least=3, most=2)))

    with pytest.raises(rules.QuotaImpossible) as refusal:
        rules.open_window(WINDOW, none, at=MONDAY_9AM)

    assert refusal.value.facts["pool"] is Pool.SURVEY


@pytest.mark.parametrize(("later", "late"), [(timedelta(), False), (timedelta(microseconds=1), True)])
def test_what_comes_after_the_closing_instant_is_late(later: timedelta, late: bool) -> None:
    assert rules.is_late(window(), "fire", at=CLOSES + later) is late


def test_only_departments_that_were_asked_nominate() -> None:
    with pytest.raises(rules.NotAsked):
        rules.is_late(window(), "market", at=MONDAY_9AM)


def test_a_window_is_closed_after_its_instant_and_names_who_named_nobody() -> None:
    with pytest.raises(rules.WindowStillRuns):
        rules.close_window(window(), [], at=CLOSES - timedelta(seconds=1))

    closed = rules.close_window(window(), ["fire"], at=CLOSES)

    assert closed.missing == ("health",)
    assert window().apply(closed).state is WindowState.CLOSED
    with pytest.raises(rules.WindowClosed):
        rules.is_late(window().apply(closed), "health", at=CLOSES)
    with pytest.raises(rules.WindowClosed):
        rules.close_window(window().apply(closed), [], at=CLOSES)
