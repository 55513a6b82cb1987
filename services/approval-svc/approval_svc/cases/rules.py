"""When is an application submitted, accepted, granted? And what if the bureau keeps silent?

    (nothing) ──CaseSubmitted──▶ submitted ──CaseAccepted──▶ under_review ──CaseGranted──▶ granted

Acceptance begins the review; an acceptance by silence (视为受理) is one too, dated back to the receipt (ALL art. 32).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal, SamePersonTwice, second_person
from shenguan_contracts.approval import CaseAccepted, CaseGranted, CaseSubmitted, UnlistedPowerAttempted
from shenguan_contracts.types import Channel
from shenguan_kernel.machines import Machine, Transition, step
from shenguan_kernel.personal import Mobile, PersonName, ResidentId
from shenguan_kernel.receipt import received


class ItemNotListed(Refusal, rule="R8", field="item_code"):
    """该事项不在权责清单内：清单之外不得行使审批权，本次尝试已留痕。请核对事项编码，或先公布该事项。"""


class AlreadyAccepted(Refusal, rule="ALL 32"):
    """该办件已受理：受理只能作出一次，请直接办理后续环节。"""


class NotUnderReview(Refusal, rule="ALL 38"):
    """该办件不在审查环节：请先受理；已作出决定的不能再次决定。"""


class SecondPersonNeeded(SamePersonTwice, rule="ALL 34"):
    """受理人与决定人不得为同一人：请由另一名审批人员作出决定。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """经办人: who brought the application in and is told how it goes."""

    name: PersonName
    mobile: Mobile
    resident_id: ResidentId | None = None


class CaseState(StrEnum):
    """How far a case is."""

    SUBMITTED = "submitted"
    """已收件"""
    UNDER_REVIEW = "under_review"
    """审查中"""
    GRANTED = "granted"
    """准予许可"""


TRANSITIONS: Final[Machine[CaseState]] = {
    CaseSubmitted: Transition(to=CaseState.SUBMITTED),
    CaseAccepted: Transition((CaseState.SUBMITTED,), CaseState.UNDER_REVIEW),
    CaseGranted: Transition((CaseState.UNDER_REVIEW,), CaseState.GRANTED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the power list says of an item today: a case pins it when it is submitted."""

    item_id: UUID
    item_code: str
    departments: tuple[str, ...]
    standard_no: int
    promised_days: int
    statutory_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """申请 as the window took it in; `received_at` None means now."""

    channel: Channel
    holder_name: str
    holder_uscc: str
    agent: Agent | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """办件 with the standard it was submitted under. Limits are working days from `accepted_at`."""

    id: UUID
    version: int = 0
    item_id: UUID
    item_code: str
    departments: tuple[str, ...]
    standard_no: int
    promised_days: int
    statutory_days: int
    channel: Channel
    holder_name: str
    holder_uscc: str
    state: CaseState
    received_at: datetime
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    deemed: bool = False
    granted_at: datetime | None = None
    license_id: UUID | None = None
    agent_name: PersonName | None = None
    agent_mobile: Mobile | None = None
    agent_resident_id: ResidentId | None = None

    @classmethod
    def first(cls, event: CaseSubmitted, listing: Listing, application: Application) -> Case:
        """The case as it came in."""
        agent = application.agent
        return cls(
            id=event.case_id,
            item_id=event.item_id,
            item_code=event.item_code,
            departments=listing.departments,
            standard_no=listing.standard_no,
            promised_days=listing.promised_days,
            statutory_days=listing.statutory_days,
            channel=event.channel,
            holder_name=application.holder_name,
            holder_uscc=application.holder_uscc,
            state=step(TRANSITIONS, None, event),
            received_at=event.received_at,
            agent_name=agent.name if agent else None,
            agent_mobile=agent.mobile if agent else None,
            agent_resident_id=agent.resident_id if agent else None,
        )

    def apply(self, event: CaseAccepted | CaseGranted, *, by: str | None = None) -> Case:
        """The case after `event`, done by the person `by` (None: by law)."""
        state = step(TRANSITIONS, self.state, event)
        match event:
            case CaseAccepted():
                return replace(self, state=state, accepted_at=event.accepted_at, accepted_by=by, deemed=event.deemed)
            case CaseGranted():
                return replace(self, state=state, granted_at=event.granted_at, license_id=event.license_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """清单外行权: a trace of what was refused (R8)."""

    id: UUID
    version: int = 0
    item_code: str
    attempted_by: str
    attempted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationLimit:
    """审查期限 of a case, as notify-svc counts it: after `due_at` silence has accepted it (ALL art. 32)."""

    case_id: UUID
    due_at: datetime


def submit(case_id: UUID, listing: Listing, application: Application, *, at: datetime) -> CaseSubmitted:
    """申请: the five days of ALL art. 32 count from the receipt. Raises ReceivedInFuture."""
    return CaseSubmitted(
        case_id=case_id,
        item_id=listing.item_id,
        item_code=listing.item_code,
        channel=application.channel,
        holder_uscc=application.holder_uscc,
        received_at=received(application.received_at, now=at),
    )


def refuse_unlisted(attempt_id: UUID, item_code: str, *, by: str, at: datetime) -> ItemNotListed:
    """清单外行权: the refusal, with the trace it leaves (R8)."""
    attempted = UnlistedPowerAttempted(attempt_id=attempt_id, item_code=item_code, attempted_at=at)
    attempt = Attempt(id=attempt_id, item_code=item_code, attempted_by=by, attempted_at=at)
    return ItemNotListed(records=(attempt, attempted), item_code=item_code)


def accept(case: Case, limit: ExaminationLimit | None, *, at: datetime) -> CaseAccepted:
    """受理. After the limit the law has accepted already: then it is deemed and dated back (ALL art. 32).

    Raises AlreadyAccepted.
    """
    if case.state is not CaseState.SUBMITTED:
        raise AlreadyAccepted(case=case.id, state=case.state, accepted_at=case.accepted_at)
    if limit and at > limit.due_at:
        return deem_accepted(case)
    return _accepted(case, deemed=False, at=at)


def deem_accepted(case: Case) -> CaseAccepted:
    """视为受理: silence accepts from the day of receipt; nobody is asked (ALL art. 32). Raises AlreadyAccepted."""
    if case.state is not CaseState.SUBMITTED:
        raise AlreadyAccepted(case=case.id, state=case.state, accepted_at=case.accepted_at)
    return _accepted(case, deemed=True, at=case.received_at)


def grant(case: Case, *, license_id: UUID, by: str, at: datetime) -> CaseGranted:
    """准予许可, by another person than the one who accepted (ALL art. 34, 38).

    Raises NotUnderReview, SecondPersonNeeded.
    """
    if case.state is not CaseState.UNDER_REVIEW:
        raise NotUnderReview(case=case.id, state=case.state)
    second_person(by, case.accepted_by, refusal=SecondPersonNeeded, case=case.id)
    return CaseGranted(case_id=case.id, item_code=case.item_code, license_id=license_id, granted_at=at)


def _accepted(case: Case, *, deemed: bool, at: datetime) -> CaseAccepted:
    return CaseAccepted(
        case_id=case.id,
        item_code=case.item_code,
        deemed=deemed,
        promised_days=case.promised_days,
        statutory_days=case.statutory_days,
        accepted_at=at,
    )
