"""The table of duties, read as the law reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from notify_svc.duties import rules
from notify_svc.duties.limits import Length, Measure, Promptly
from notify_svc.duties.words import Deed, Demand, DutyRow
from shenguan_contracts.approval import ApprovalIssued, CaseAccepted, CaseSubmitted, PenaltyFiled
from shenguan_contracts.catalogue import sayings
from shenguan_contracts.documents import PolicyDocForwarded, PolicyDocReceived
from shenguan_contracts.duties import Duty
from shenguan_contracts.supervision import ApprovalClaimed, PenaltyLicenseRevoked
from shenguan_contracts.types import BUREAU, Channel, ClaimRule, Post

AT = datetime(2026, 9, 24, 2, tzinfo=UTC)
ONE_DAY = Length(Measure.WORKING_DAY, 1)
ONE, TWO, THREE, FOUR = (UUID(int=n) for n in range(1, 5))

DOCUMENT = PolicyDocReceived(
    policy_document_id=ONE,
    department="fire",
    title="关于调整审批事项的通知",
    superior="省消防救援总队",
    recipients=("bureau", "housing", "bureau"),
    received_at=AT,
    registered_at=AT,
)
ISSUED = ApprovalIssued(
    license_id=TWO,
    license_no="淄川消许〔2026〕1号",
    case_id=THREE,
    item_id=FOUR,
    item_code="FIRE-01",
    item_name="公众聚集场所投入使用、营业前消防安全检查",
    departments=("fire", "culture"),
    claim_rule=ClaimRule.ACKNOWLEDGE,
    issued_at=AT,
)


def row_ids(row: DutyRow) -> str:
    return row.duty.value


every_row = pytest.mark.parametrize("row", rules.DUTIES, ids=row_ids)


def test_every_duty_of_the_contracts_has_exactly_one_row() -> None:
    assert sorted(row.duty for row in rules.DUTIES) == sorted(Duty)


@every_row
def test_no_duty_waits_for_an_event_nobody_says(row: DutyRow) -> None:
    said = {event for _, event in sayings()}

    assert {row.opened_by, *(about.event for _, about in row.touched_by)} <= said


@every_row
def test_a_row_names_only_fields_that_its_events_have(row: DutyRow) -> None:
    opening = set(row.opened_by.model_fields)

    assert row.since in opening
    assert {getattr(who, "field", row.since) for who in (row.bearer, row.owed_to or row.bearer)} <= opening
    assert getattr(row.limit, "field", row.since) in opening
    assert getattr(row.only_where, "field", row.since) in opening
    assert row.each is None or row.each in opening
    for _, about in row.touched_by:
        named = {about.about, about.each, about.at, about.ground, about.days, getattr(about.until, "field", None)}
        named |= {getattr(about.party, "field", None), getattr(about.only_where, "field", None)}
        assert named - {None} <= set(about.event.model_fields)


@every_row
def test_what_stops_lengthens_or_ends_a_duty_comes_in_order_because_it_is_said_on_its_own_stream(row: DutyRow) -> None:
    for deed, about in row.touched_by:
        assert deed is Deed.MEET or about.event.noun == row.opened_by.noun


@every_row
def test_only_the_special_procedures_of_the_law_stop_a_clock(row: DutyRow) -> None:
    assert {about.event.__name__ for about in row.suspended_by} <= {"CaseSuspended"}
    assert bool(row.suspended_by) is bool(row.resumed_by)


@every_row
def test_no_duty_whose_bearer_serves_a_citizen_can_be_excused(row: DutyRow) -> None:
    assert not row.excusable or row.opened_by.noun not in {"case", "hearing"}


@every_row
def test_a_row_says_what_it_rests_on_and_what_follows(row: DutyRow) -> None:
    assert row.title
    assert row.source
    assert row.consequence


@every_row
def test_the_ladder_climbs_from_the_officer_to_the_overseer_and_a_timer_has_none(row: DutyRow) -> None:
    if row.timer:
        assert row.climb == 0
        return
    assert [(rung.post, rung.days_after) for rung in row.ladder] == [
        (Post.LIAISON_OFFICER, 0),
        (Post.LIAISON_LEAD, 0),
        (Post.PRINCIPAL_HEAD, 1),
        (Post.OVERSEER, 2),
    ]


def test_a_limit_left_open_by_the_law_stays_within_its_bounds() -> None:
    with pytest.raises(ValueError, match="1 to 7"):
        Promptly(days=8, at_most=7)


def test_a_document_is_owed_to_each_recipient_once() -> None:
    demands = rules.demands_of(DOCUMENT)

    assert demands == tuple(
        Demand(Duty.FORWARD_DOCUMENT, "fire", recipient, DOCUMENT.subject, AT, ONE_DAY)
        for recipient in ("bureau", "housing")
    )


def test_forwarding_to_one_recipient_answers_that_recipients_obligation_alone() -> None:
    forwarded = PolicyDocForwarded(policy_document_id=ONE, department="fire", recipient="housing", forwarded_at=AT)

    (answer,) = rules.answers_of(forwarded)

    assert (answer.duty, answer.about, answer.party) == (Duty.FORWARD_DOCUMENT, DOCUMENT.subject, "housing")


def test_an_application_must_be_examined_by_the_bureau_within_five_working_days() -> None:
    submitted = CaseSubmitted(
        case_id=ONE, item_id=TWO, item_code="FIRE-01", channel=Channel.HALL, received_at=AT, holder_uscc=None
    )

    (demand,) = rules.demands_of(submitted)

    assert (demand.duty, demand.department, demand.length.days) == (Duty.EXAMINE_APPLICATION, BUREAU, 5)


def test_an_acceptance_ends_the_examination_and_starts_the_promised_and_the_statutory_limit() -> None:
    accepted = CaseAccepted(
        case_id=ONE, item_code="FIRE-01", deemed=False, promised_days=9, statutory_days=20, accepted_at=AT
    )

    answers = rules.answers_of(accepted)
    demands = rules.demands_of(accepted)

    assert [(answer.duty, answer.about, answer.party) for answer in answers] == [
        (Duty.EXAMINE_APPLICATION, f"case/{ONE}", BUREAU),
        (Duty.EXAMINE_CORRECTION, f"case/{ONE}", BUREAU),
    ]
    assert [(demand.duty, demand.since_at, demand.length.days) for demand in demands] == [
        (Duty.DECIDE_CASE, AT, 9),
        (Duty.DECIDE_BY_LAW, AT, 20),
    ]


def test_each_supervisor_claims_for_itself() -> None:
    claimed = ApprovalClaimed(watch_id=ONE, department="culture", license_id=TWO, claimed_at=AT)

    demands = [demand for demand in rules.demands_of(ISSUED) if demand.duty is Duty.CLAIM_APPROVAL]
    (answer,) = rules.answers_of(claimed)

    assert [demand.department for demand in demands] == ["fire", "culture"]
    assert (answer.about, answer.party) == (demands[1].about, demands[1].party)


def test_where_the_push_is_the_claim_nobody_owes_one() -> None:
    pushed = ISSUED.model_copy(update={"claim_rule": ClaimRule.PUSH_IS_CLAIM})

    assert Duty.CLAIM_APPROVAL not in {demand.duty for demand in rules.demands_of(pushed)}


def test_filing_answers_the_penalty_it_names_and_not_its_own_stream() -> None:
    revoked = PenaltyLicenseRevoked(
        penalty_id=ONE,
        department="fire",
        license_id=TWO,
        document_no="淄川消罚〔2026〕1号",
        legal_basis="消防法第五十八条",
        reason="擅自停用消防设施",
        decided_on=AT.date(),
        informed_at=AT,
    )
    filed = PenaltyFiled(
        penalty_file_id=THREE,
        penalty_id=ONE,
        license_id=TWO,
        department="fire",
        document_no="淄川消罚〔2026〕1号",
        filed_at=AT,
    )

    (demand,) = rules.demands_of(revoked)
    (answer,) = rules.answers_of(filed)

    assert (answer.duty, answer.about, answer.party) == (demand.duty, demand.about, demand.party)


def test_a_duty_that_nobody_can_fulfil_yet_burdens_nobody() -> None:
    dormant = rules.row_of(Duty.DELIVER_LICENSE)

    awake = replace(dormant, dormant=False)

    assert (dormant.demands(ISSUED), len(awake.demands(ISSUED))) == ((), 1)
