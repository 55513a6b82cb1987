"""Who watches a licence, from when, and until when? (R5, R19, ALL art. 70)"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.approval import ApprovalIssued
from shenguan_contracts.supervision import ApprovalClaimed, SupervisionAssigned, SupervisionEnded
from shenguan_contracts.types import ClaimRule
from shenguan_kernel.machines import Machine, Transition, step


class WatchState(StrEnum):
    """台账条目状态."""

    WATCHING = "watching"
    """监管中"""
    ENDED = "ended"
    """监管终止"""


TRANSITIONS: Final[Machine[WatchState]] = {
    SupervisionAssigned: Transition(to=WatchState.WATCHING),
    ApprovalClaimed: Transition((WatchState.WATCHING,)),
    SupervisionEnded: Transition((WatchState.WATCHING,), WatchState.ENDED),
}


class LicenseState(StrEnum):
    """许可证状态: as far as the departments have heard of it."""

    VALID = "valid"
    """有效"""
    PENALTY_REVOKED = "penalty_revoked"
    """已吊销"""
    DEREGISTERED = "deregistered"
    """已注销"""


class AlreadyClaimed(Refusal, rule="R19"):
    """该许可已认领（实行“推送即认领”的事项自推送时起即为已认领）：无需再次认领。"""


class WatchOver(Refusal, rule="ALL 70"):
    """该许可证已注销，监管已终止：台账条目只供查阅。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """许可证: what the ledger keeps of it from the bureau's own words; it is shown to who watches it."""

    license_id: UUID
    license_no: str
    item_code: str
    item_name: str
    departments: tuple[str, ...]
    holder_name: str | None
    holder_uscc: str | None
    issued_at: datetime
    state: LicenseState

    @classmethod
    def first(cls, issued: ApprovalIssued) -> License:
        """The licence as it was granted."""
        return cls(
            license_id=issued.license_id,
            license_no=issued.license_no,
            item_code=issued.item_code,
            item_name=issued.item_name,
            departments=issued.departments,
            holder_name=issued.holder_name,
            holder_uscc=issued.holder_uscc,
            issued_at=issued.issued_at,
            state=LicenseState.VALID,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """台账条目: one department's watch on one licence."""

    id: UUID
    version: int = 0
    department: str
    license_id: UUID
    claim_rule: ClaimRule
    state: WatchState
    assigned_at: datetime
    claimed_at: datetime | None = None
    """认领: a flag, not a state: an unclaimed licence is watched all the same."""
    ended_at: datetime | None = None

    @classmethod
    def first(cls, assigned: SupervisionAssigned) -> Watch:
        """The watch as its assignment makes it: where the push is the claim (推送即认领), it is claimed at once."""
        by_push = assigned.claim_rule is ClaimRule.PUSH_IS_CLAIM
        return cls(
            id=assigned.watch_id,
            department=assigned.department,
            license_id=assigned.license_id,
            claim_rule=assigned.claim_rule,
            state=step(TRANSITIONS, None, assigned),
            assigned_at=assigned.assigned_at,
            claimed_at=assigned.assigned_at if by_push else None,
        )

    def apply(self, event: ApprovalClaimed | SupervisionEnded) -> Watch:
        """The watch after what happened to it."""
        state = step(TRANSITIONS, self.state, event)
        match event:
            case ApprovalClaimed():
                return replace(self, state=state, claimed_at=event.claimed_at)
            case SupervisionEnded():
                return replace(self, state=state, ended_at=event.ended_at)


def assign(watch_id: UUID, issued: ApprovalIssued, department: str, *, at: datetime) -> SupervisionAssigned:
    """推送监管: a licence has its watcher from its first moment (R5, R19)."""
    return SupervisionAssigned(
        watch_id=watch_id,
        department=department,
        license_id=issued.license_id,
        item_code=issued.item_code,
        claim_rule=issued.claim_rule,
        assigned_at=at,
    )


def claim(watch: Watch, *, at: datetime) -> ApprovalClaimed:
    """认领: the department's own act, once (R19)."""
    refuse_if_over(watch)
    if watch.claimed_at is not None:
        raise AlreadyClaimed(watch=watch.id, claimed_at=watch.claimed_at)
    return ApprovalClaimed(watch_id=watch.id, department=watch.department, license_id=watch.license_id, claimed_at=at)


def end(watch: Watch, *, at: datetime) -> SupervisionEnded:
    """监管终止: what is struck from the register needs no watcher (ALL art. 70)."""
    return SupervisionEnded(watch_id=watch.id, department=watch.department, license_id=watch.license_id, ended_at=at)


def refuse_if_over(watch: Watch) -> None:
    """Nothing more can be done about a licence whose watch has ended; raises `WatchOver`."""
    if watch.state is WatchState.ENDED:
        raise WatchOver(watch=watch.id, ended_at=watch.ended_at)
