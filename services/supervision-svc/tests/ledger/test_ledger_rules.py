"""The ledger as the notice wants it: pushed, claimed once, ended with the licence."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shenguan_contracts.approval import ApprovalIssued
from shenguan_contracts.types import ClaimRule
from supervision_svc.ledger import rules
from supervision_svc.ledger.rules import License, LicenseState, Watch, WatchState

MONDAY_9AM = datetime(2026, 2, 2, 1, tzinfo=UTC)
TUESDAY = MONDAY_9AM + timedelta(days=1)

_ISSUED = ApprovalIssued(
    license_id=UUID(int=1),
    license_no="JY370302-0001",
    case_id=UUID(int=2),
    item_id=UUID(int=3),
    item_code="370302-FOOD-01",
    item_name="食品经营许可",
    departments=("market", "fire"),
    claim_rule=ClaimRule.ACKNOWLEDGE,
    holder_name="腾讯计算机系统有限公司",
    holder_uscc="9144030071526726XG",
    issued_at=MONDAY_9AM,
)


def a_watch(claim_rule: ClaimRule = ClaimRule.ACKNOWLEDGE) -> Watch:
    issued = _ISSUED.model_copy(update={"claim_rule": claim_rule})
    return Watch.first(rules.assign(UUID(int=9), issued, "fire", at=MONDAY_9AM))


def test_a_department_watches_a_licence_from_the_push_and_owes_its_claim() -> None:
    watch = a_watch()

    assert watch.state is WatchState.WATCHING
    assert (watch.department, watch.license_id, watch.assigned_at) == ("fire", _ISSUED.license_id, MONDAY_9AM)
    assert watch.claimed_at is None


def test_the_assignment_tells_the_claim_rule_so_that_the_timekeeper_knows_whether_a_clock_runs() -> None:
    assigned = rules.assign(UUID(int=9), _ISSUED, "fire", at=MONDAY_9AM)

    assert (assigned.claim_rule, assigned.item_code) == (ClaimRule.ACKNOWLEDGE, "370302-FOOD-01")
    assert assigned.audience() == ("fire",)


def test_where_the_push_is_the_claim_nothing_is_left_to_claim() -> None:
    watch = a_watch(ClaimRule.PUSH_IS_CLAIM)

    assert watch.claimed_at == watch.assigned_at
    with pytest.raises(rules.AlreadyClaimed):
        rules.claim(watch, at=TUESDAY)


def test_claiming_is_the_departments_own_dated_act() -> None:
    watch = a_watch()

    claimed = watch.apply(rules.claim(watch, at=TUESDAY))

    assert (claimed.state, claimed.claimed_at) == (WatchState.WATCHING, TUESDAY)


def test_an_approval_is_claimed_once() -> None:
    watch = a_watch()
    claimed = watch.apply(rules.claim(watch, at=TUESDAY))

    with pytest.raises(rules.AlreadyClaimed) as refusal:
        rules.claim(claimed, at=TUESDAY)

    assert refusal.value.facts["claimed_at"] == TUESDAY


@pytest.mark.parametrize("claim_rule", ClaimRule)
def test_the_watch_ends_with_the_licence_claimed_or_not(claim_rule: ClaimRule) -> None:
    watch = a_watch(claim_rule)

    ended = watch.apply(rules.end(watch, at=TUESDAY))

    assert (ended.state, ended.ended_at, ended.claimed_at) == (WatchState.ENDED, TUESDAY, watch.claimed_at)


def test_what_is_no_longer_watched_can_no_longer_be_claimed() -> None:
    watch = a_watch()
    ended = watch.apply(rules.end(watch, at=TUESDAY))

    with pytest.raises(rules.WatchOver):
        rules.claim(ended, at=TUESDAY)


def test_a_watch_does_not_end_twice() -> None:
    watch = a_watch()
    ending = rules.end(watch, at=TUESDAY)

    with pytest.raises(TypeError, match="not from ended"):
        watch.apply(ending).apply(ending)


def test_the_ledger_keeps_of_a_licence_what_its_watcher_needs() -> None:
    kept = License.first(_ISSUED)

    assert (kept.license_no, kept.item_name, kept.state) == ("JY370302-0001", "食品经营许可", LicenseState.VALID)
    assert (kept.holder_name, kept.holder_uscc) == ("腾讯计算机系统有限公司", "9144030071526726XG")
