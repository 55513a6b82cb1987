"""When is the host's clock believed?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from notify_svc.clockwatch import rules
from notify_svc.clockwatch.rules import ClockNotDoubted, Doubt, Reading

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEY = UUID(int=1)


def reading(
    after: timedelta = timedelta(), *, wall: timedelta = timedelta(), database: timedelta = timedelta()
) -> Reading:
    """A reading `after` noon, with the wall's and the database's clock ahead by so much."""
    return Reading(NOON + after + wall, after.total_seconds(), NOON + after + database)


def test_clocks_that_go_together_are_believed() -> None:
    assert rules.judge_running(reading(HOUR), reading(), alone=True) is None
    assert rules.judge_start(reading(), NOON - HOUR, alone=True) is None
    assert rules.judge_start(reading(), None, alone=True) is None


@pytest.mark.parametrize("jump", [timedelta(hours=-2), timedelta(days=10)])
def test_a_wall_clock_that_jumped_while_running_is_in_doubt(jump: timedelta) -> None:
    found = rules.judge_running(reading(HOUR, wall=jump, database=jump), reading(), alone=True)

    assert found == Doubt("jumped", jump, wants_operator=True)


def test_a_clock_is_believed_between_two_looks_only_while_it_is_near_the_last_one() -> None:
    assert rules.looked_at_lately(NOON + rules.EVERY, NOON)
    assert not rules.looked_at_lately(NOON + timedelta(days=10), NOON)
    assert not rules.looked_at_lately(NOON - 2 * HOUR, NOON)
    assert not rules.looked_at_lately(NOON, None)


def test_where_the_database_tells_another_time_nobody_need_be_asked_once_they_agree() -> None:
    found = rules.judge_running(reading(HOUR, wall=HOUR), reading(wall=HOUR), alone=False)

    assert found == Doubt("disagrees", HOUR, wants_operator=False)


def test_a_clock_before_the_newest_time_that_was_kept_was_set_back() -> None:
    found = rules.judge_start(reading(), NOON + HOUR, alone=False)

    assert found is not None
    assert found.why == "set_back"


def test_one_machine_alone_asks_an_operator_after_more_than_a_day_and_several_need_not() -> None:
    days = timedelta(days=10)

    alone = rules.judge_start(reading(), NOON - days, alone=True)

    assert alone == Doubt("long_away", days, wants_operator=True)
    assert rules.judge_start(reading(), NOON - days, alone=False) is None


def test_what_an_operator_must_settle_is_not_settled_by_itself() -> None:
    doubted = rules.doubt(None, KEY, Doubt("long_away", HOUR, wants_operator=True), NOON)
    assert doubted is not None

    assert rules.agree(doubted[0], NOON) is None
    assert rules.confirm(doubted[0], NOON)[0].why is None


def test_what_only_disagreed_is_trusted_again_when_it_agrees_and_a_trusted_clock_needs_no_confirmation() -> None:
    doubted = rules.doubt(None, KEY, Doubt("disagrees", HOUR, wants_operator=False), NOON)
    assert doubted is not None
    trusted = rules.agree(doubted[0], NOON)
    assert trusted is not None

    assert rules.doubt(doubted[0], KEY, Doubt("disagrees", HOUR, wants_operator=False), NOON) is None
    with pytest.raises(ClockNotDoubted):
        rules.confirm(trusted[0], NOON)
