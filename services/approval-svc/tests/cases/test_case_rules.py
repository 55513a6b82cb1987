"""办件: submitted, accepted by act or by silence, granted by a second person (R8, R13, ALL art. 32, 34, 38)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from approval_svc.cases import rules
from approval_svc.cases.rules import Application, Case, CaseState, ExaminationLimit, Listing
from shenguan_contracts.approval import CaseAccepted
from shenguan_contracts.types import Channel
from shenguan_kernel.receipt import ReceivedInFuture

MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
CASE, LICENSE = UUID(int=3), UUID(int=4)
LISTING = Listing(
    item_id=UUID(int=1),
    item_code="370131011000",
    departments=("fire",),
    standard_no=2,
    promised_days=10,
    statutory_days=20,
)
_APPLICATION = Application(channel=Channel.HALL, holder_name="淄川某商场有限公司", holder_uscc="91110000802100433B")


def a_case(**changes: object) -> Case:
    submitted = rules.submit(CASE, LISTING, _APPLICATION, at=MONDAY_9AM)
    return replace(Case.first(submitted, LISTING, _APPLICATION), **changes)  # type: ignore[arg-type]


def an_accepted_case(by: str | None = "reviewer-1") -> Case:
    return a_case().apply(rules.accept(a_case(), None, at=MONDAY_9AM), by=by)


def test_a_case_pins_the_standard_in_force_when_it_was_submitted() -> None:
    case = a_case()

    assert (case.standard_no, case.promised_days, case.statutory_days) == (2, 10, 20)


def test_an_application_registered_later_counts_from_its_receipt() -> None:
    friday = MONDAY_9AM - timedelta(days=3)

    submitted = rules.submit(CASE, LISTING, replace(_APPLICATION, received_at=friday), at=MONDAY_9AM)

    assert submitted.received_at == friday


def test_no_application_is_received_in_the_future() -> None:
    tomorrow = replace(_APPLICATION, received_at=MONDAY_9AM + timedelta(days=1))

    with pytest.raises(ReceivedInFuture) as refusal:
        rules.submit(CASE, LISTING, tomorrow, at=MONDAY_9AM)

    assert refusal.value.field == "received_at"


def test_a_power_outside_the_list_is_refused_and_leaves_its_trace() -> None:
    refusal = rules.refuse_unlisted(UUID(int=9), "NOT-LISTED", by="clerk-1", at=MONDAY_9AM)

    assert (refusal.status, refusal.rule, refusal.field) == (409, "R8", "item_code")
    assert refusal.records is not None
    attempt, attempted = refusal.records
    assert (attempt.attempted_by, attempted.item_code) == ("clerk-1", "NOT-LISTED")


def test_an_acceptance_carries_the_limits_the_case_pinned() -> None:
    accepted = rules.accept(a_case(), None, at=MONDAY_9AM)

    assert (accepted.deemed, accepted.accepted_at) == (False, MONDAY_9AM)
    assert (accepted.promised_days, accepted.statutory_days) == (10, 20)


def test_a_case_is_accepted_once() -> None:
    with pytest.raises(rules.AlreadyAccepted):
        rules.accept(an_accepted_case(), None, at=MONDAY_9AM)


def test_silence_accepts_from_the_day_of_receipt() -> None:
    accepted = rules.deem_accepted(a_case(received_at=MONDAY_9AM - timedelta(days=9)))

    assert accepted.deemed
    assert accepted.accepted_at == MONDAY_9AM - timedelta(days=9)


def test_who_accepts_after_the_limit_accepts_what_the_law_has_accepted_already() -> None:
    limit = ExaminationLimit(case_id=CASE, due_at=MONDAY_9AM + timedelta(days=7))

    accepted = rules.accept(a_case(), limit, at=limit.due_at + timedelta(seconds=1))

    assert (accepted.deemed, accepted.accepted_at) == (True, MONDAY_9AM)


def test_the_last_instant_of_the_limit_is_in_time() -> None:
    limit = ExaminationLimit(case_id=CASE, due_at=MONDAY_9AM + timedelta(days=7))

    assert not rules.accept(a_case(), limit, at=limit.due_at).deemed


def test_silence_does_not_accept_what_was_accepted_in_time() -> None:
    with pytest.raises(rules.AlreadyAccepted):
        rules.deem_accepted(an_accepted_case())


def test_a_reviewed_case_is_granted() -> None:
    case = an_accepted_case()

    case = case.apply(rules.grant(case, license_id=LICENSE, by="approver-1", at=MONDAY_9AM))

    assert (case.state, case.license_id) == (CaseState.GRANTED, LICENSE)


def test_nothing_is_granted_before_it_is_accepted() -> None:
    with pytest.raises(rules.NotUnderReview) as refusal:
        rules.grant(a_case(), license_id=LICENSE, by="approver-1", at=MONDAY_9AM)

    assert refusal.value.facts["state"] is CaseState.SUBMITTED


def test_who_accepted_does_not_decide() -> None:
    with pytest.raises(rules.SecondPersonNeeded):
        rules.grant(an_accepted_case(by="one-1"), license_id=LICENSE, by="one-1", at=MONDAY_9AM)


def test_a_case_that_silence_accepted_needs_no_second_person() -> None:
    case = a_case().apply(rules.deem_accepted(a_case()))

    assert rules.grant(case, license_id=LICENSE, by="anyone", at=MONDAY_9AM).license_id == LICENSE


def test_a_case_is_granted_once() -> None:
    case = an_accepted_case()
    case = case.apply(rules.grant(case, license_id=LICENSE, by="approver-1", at=MONDAY_9AM))

    with pytest.raises(rules.NotUnderReview):
        rules.grant(case, license_id=UUID(int=5), by="approver-2", at=MONDAY_9AM)


class LifeOfACase(RuleBasedStateMachine):
    """Clerks, silence and approvers in any order: a case moves forward only, and keeps what it was given."""

    people = st.sampled_from(("zhang", "li"))
    hours = st.integers(0, 200)

    @initialize()
    def submit(self) -> None:
        self.case = a_case()
        self.now = MONDAY_9AM
        self.limit = ExaminationLimit(case_id=CASE, due_at=MONDAY_9AM + timedelta(hours=112))
        self.acceptance: CaseAccepted | None = None
        self.accepted_by: str | None = None

    @rule(hours=hours)
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(by=people)
    def accept(self, by: str) -> None:
        if self.acceptance is None:
            self._accepted(rules.accept(self.case, self.limit, at=self.now), by)
        else:
            with pytest.raises(rules.AlreadyAccepted):
                rules.accept(self.case, self.limit, at=self.now)

    @rule()
    def keep_silent(self) -> None:
        if self.acceptance is None and self.now > self.limit.due_at:
            self._accepted(rules.deem_accepted(self.case), None)

    @rule(by=people)
    def grant(self, by: str) -> None:
        if self.case.state is CaseState.UNDER_REVIEW and by != self.accepted_by:
            granted = rules.grant(self.case, license_id=LICENSE, by=by, at=self.now)
            self.case = self.case.apply(granted, by=by)
        else:
            with pytest.raises((rules.NotUnderReview, rules.SecondPersonNeeded)):
                rules.grant(self.case, license_id=LICENSE, by=by, at=self.now)

    @invariant()
    def an_acceptance_is_deemed_exactly_if_it_came_after_the_limit(self) -> None:
        if self.acceptance:
            assert self.case.accepted_at == self.acceptance.accepted_at
            assert self.case.deemed == (self.acceptance.accepted_at == self.case.received_at and self.late)

    @invariant()
    def only_a_granted_case_has_a_license(self) -> None:
        assert (self.case.license_id is not None) == (self.case.state is CaseState.GRANTED)

    def _accepted(self, accepted: CaseAccepted, by: str | None) -> None:
        self.late = self.now > self.limit.due_at
        self.acceptance, self.accepted_by = accepted, by
        self.case = self.case.apply(accepted, by=by)


TestLifeOfACase = LifeOfACase.TestCase
