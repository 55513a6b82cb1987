"""Penalty revocation as the law wants it: decided, dated, told to the bureau, once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shenguan_contracts.supervision import PenaltyLicenseRevoked
from supervision_svc.penalties import rules
from supervision_svc.penalties.rules import Decision, Penalty, PenaltyState

PENALTY, LICENSE = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
_DECISION = Decision(
    document_no="川应急罚〔2026〕7号",
    legal_basis="《安全生产法》第一百一十三条",
    reason="发生事故后拒不整改",
    decided_on=date(2026, 3, 2),
)


def penalty_revoke(decision: Decision, at: datetime = NOON) -> PenaltyLicenseRevoked:
    return rules.penalty_revoke(PENALTY, "fire", LICENSE, decision, at=at)


def test_a_penalty_tells_the_bureau_its_number_basis_and_reason() -> None:
    revoked = penalty_revoke(_DECISION)

    assert (revoked.department, revoked.license_id, revoked.informed_at) == ("fire", LICENSE, NOON)
    assert revoked.document_no == "川应急罚〔2026〕7号"
    assert (revoked.legal_basis, revoked.reason) == (_DECISION.legal_basis, _DECISION.reason)


def test_a_penalty_is_in_force_from_its_first_moment() -> None:
    penalty = Penalty.first(penalty_revoke(_DECISION))

    assert (penalty.id, penalty.state, penalty.decided_on) == (PENALTY, PenaltyState.IN_FORCE, date(2026, 3, 2))


def test_a_decision_may_be_told_days_after_it_was_taken() -> None:
    revoked = penalty_revoke(replace(_DECISION, decided_on=date(2026, 2, 10)))

    assert revoked.decided_on == date(2026, 2, 10)


def test_a_decision_cannot_bear_a_future_day() -> None:
    with pytest.raises(rules.DecidedInFuture) as refusal:
        penalty_revoke(replace(_DECISION, decided_on=date(2026, 3, 3)))

    assert refusal.value.facts["today"] == date(2026, 3, 2)


def test_the_day_that_counts_is_the_day_in_shanghai() -> None:
    already_the_third_there = datetime(2026, 3, 2, 16, tzinfo=UTC)

    revoked = penalty_revoke(replace(_DECISION, decided_on=date(2026, 3, 3)), at=already_the_third_there)

    assert revoked.decided_on == date(2026, 3, 3)


@given(st.integers(min_value=-40_000, max_value=40_000))
def test_every_day_up_to_today_is_accepted_and_none_after_it(days: int) -> None:
    decision = replace(_DECISION, decided_on=date(2026, 3, 2) + timedelta(days=days))

    if days <= 0:
        assert penalty_revoke(decision).decided_on == decision.decided_on
    else:
        with pytest.raises(rules.DecidedInFuture):
            penalty_revoke(decision)


def test_a_licence_is_struck_once() -> None:
    rules.refuse_second(LICENSE, struck=False)

    with pytest.raises(rules.AlreadyPenaltyRevoked) as refusal:
        rules.refuse_second(LICENSE, struck=True)

    assert refusal.value.facts == {"license": LICENSE}
