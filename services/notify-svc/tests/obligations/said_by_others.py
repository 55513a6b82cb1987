"""Events of other services, as tests of obligations let them be said: each names only what matters."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from shenguan_contracts.approval import (
    ApprovalIssued,
    CaseAccepted,
    CaseClosed,
    CaseExtended,
    CaseResumed,
    CaseSubmitted,
    CaseSuspended,
    HearingRightNotified,
    HearingScheduled,
    PenaltyFiled,
)
from shenguan_contracts.documents import PolicyDocForwarded, PolicyDocReceived
from shenguan_contracts.expert import ExpertNominated, NominationWindowOpened, Pool, Quota, SubListSubmitted
from shenguan_contracts.supervision import (
    ApprovalClaimed,
    DepartmentRegistered,
    OfficerDesignated,
    PenaltyLicenseRevoked,
)
from shenguan_contracts.types import CaseOutcome, Channel, ClaimRule, DepartmentKind, Post, SpecialProcedure

CASE, ITEM = UUID(int=1), UUID(int=2)


def _one(noun: int, number: int) -> UUID:
    return UUID(int=noun * 1000 + number)


def received(at: datetime, *recipients: str, number: int = 1, department: str = "fire") -> PolicyDocReceived:
    return PolicyDocReceived(
        policy_document_id=UUID(int=number),
        department=department,
        title="关于调整审批事项的通知",
        superior="省消防救援总队",
        recipients=recipients or ("bureau",),
        received_at=at,
        registered_at=at,
    )


def forwarded(at: datetime, recipient: str = "bureau", number: int = 1) -> PolicyDocForwarded:
    return PolicyDocForwarded(
        policy_document_id=UUID(int=number), department="fire", recipient=recipient, forwarded_at=at
    )


def submitted(at: datetime) -> CaseSubmitted:
    return CaseSubmitted(
        case_id=CASE, item_id=ITEM, item_code="FIRE-01", channel=Channel.HALL, holder_uscc=None, received_at=at
    )


def accepted(at: datetime, *, deemed: bool = False, promised_days: int = 9) -> CaseAccepted:
    return CaseAccepted(
        case_id=CASE,
        item_code="FIRE-01",
        deemed=deemed,
        promised_days=promised_days,
        statutory_days=20,
        accepted_at=at,
    )


def issued(at: datetime, *departments: str, number: int = 0) -> ApprovalIssued:
    return ApprovalIssued(
        license_id=_one(3, number),
        license_no="淄川消许〔2026〕1号",
        case_id=CASE,
        item_id=ITEM,
        item_code="FIRE-01",
        item_name="公众聚集场所投入使用、营业前消防安全检查",
        departments=departments,
        claim_rule=ClaimRule.ACKNOWLEDGE,
        issued_at=at,
    )


def claimed(at: datetime, department: str, number: int = 0) -> ApprovalClaimed:
    return ApprovalClaimed(watch_id=_one(6, number), department=department, license_id=_one(3, number), claimed_at=at)


def penalty_revoked(at: datetime, number: int = 0) -> PenaltyLicenseRevoked:
    return PenaltyLicenseRevoked(
        penalty_id=_one(4, number),
        department="fire",
        license_id=_one(3, number),
        document_no="淄川消罚〔2026〕1号",
        legal_basis="消防法第五十八条",
        reason="擅自停用消防设施",
        decided_on=at.date(),
        informed_at=at,
    )


def penalty_filed(at: datetime, number: int = 0) -> PenaltyFiled:
    return PenaltyFiled(
        penalty_file_id=_one(5, number),
        penalty_id=_one(4, number),
        license_id=_one(3, number),
        department="fire",
        document_no="淄川消罚〔2026〕1号",
        filed_at=at,
    )


def registered(at: datetime, department: str, kind: DepartmentKind = DepartmentKind.DEPARTMENT) -> DepartmentRegistered:
    return DepartmentRegistered(
        department_id=UUID(int=1000 + len(department)),
        department=department,
        name=f"{department} 局",
        kind=kind,
        registered_at=at,
    )


def designated(at: datetime, department: str, post: Post, person: int) -> OfficerDesignated:
    return OfficerDesignated(
        post_id=UUID(int=2000 + person),
        department=department,
        post=post,
        person_id=UUID(int=person),
        designated_at=at,
    )


def suspended(at: datetime, procedure: SpecialProcedure = SpecialProcedure.EXPERT_REVIEW) -> CaseSuspended:
    return CaseSuspended(case_id=CASE, item_code="FIRE-01", procedure=procedure, suspended_at=at)


def resumed(at: datetime) -> CaseResumed:
    return CaseResumed(case_id=CASE, item_code="FIRE-01", resumed_at=at)


def extended(at: datetime, days: int = 10) -> CaseExtended:
    return CaseExtended(case_id=CASE, item_code="FIRE-01", days=days, reason="情况复杂", extended_at=at)


def closed(at: datetime, outcome: CaseOutcome = CaseOutcome.WITHDRAWN) -> CaseClosed:
    return CaseClosed(case_id=CASE, item_code="FIRE-01", outcome=outcome, closed_at=at)


def right_notified(at: datetime) -> HearingRightNotified:
    return HearingRightNotified(hearing_id=_one(7, 1), case_id=CASE, notified_at=at)


def hearing_scheduled(at: datetime, hearing_at: datetime) -> HearingScheduled:
    return HearingScheduled(hearing_id=_one(7, 1), hearing_at=hearing_at, scheduled_at=at)


def window_opened(
    at: datetime, closes_at: datetime, *departments: str, think_tank: Quota | None = None
) -> NominationWindowOpened:
    return NominationWindowOpened(
        nomination_window_id=_one(8, 1),
        departments=departments,
        closes_at=closes_at,
        opened_at=at,
        think_tank=think_tank,
    )


def nominated(at: datetime, department: str) -> ExpertNominated:
    return ExpertNominated(
        expert_id=_one(9, len(department)), nomination_window_id=_one(8, 1), department=department, nominated_at=at
    )


def list_filed(at: datetime, department: str, pool: Pool) -> SubListSubmitted:
    return SubListSubmitted(
        sub_list_id=_one(10, len(f"{department}{pool}")),
        nomination_window_id=_one(8, 1),
        department=department,
        pool=pool,
        members=("E000001", "E000002"),
        digest="5a" * 32,
        late=False,
        submitted_at=at,
    )
