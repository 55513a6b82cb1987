"""What may become of a licence? Granted, struck by a department's penalty, struck from the register.

    (nothing) ──ApprovalIssued──▶ valid ──LicensePenaltyRevoked──▶ penalty_revoked ──LicenseDeregistered──▶ deregistered

吊销 punishes and is the department's; 注销 keeps the register true, is the bureau's, and must follow (ALL art. 70(4)).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.approval import ApprovalIssued, LicenseDeregistered, LicensePenaltyRevoked
from shenguan_contracts.types import ClaimRule
from shenguan_kernel.identifiers.uscc import ALPHABET
from shenguan_kernel.machines import Machine, Transition, step
from shenguan_kernel.working_days.legal_day import legal_day

PENALTY_GROUND: Final = "行政许可法第七十条第（四）项：行政许可证件依法被吊销"
_SERIAL_LENGTH: Final = 12


class StillInForce(Refusal, rule="ALL 70"):
    """该许可证仍然有效，不具备注销事由：须先有吊销等法定事由，再办理注销。"""


class AlreadyDeregistered(Refusal, rule="ALL 70"):
    """该许可证已注销：无需重复办理。"""


class LicenseState(StrEnum):
    """What the register says of a licence."""

    VALID = "valid"
    """有效"""
    PENALTY_REVOKED = "penalty_revoked"
    """已被吊销"""
    DEREGISTERED = "deregistered"
    """已注销"""


TRANSITIONS: Final[Machine[LicenseState]] = {
    ApprovalIssued: Transition(to=LicenseState.VALID),
    LicensePenaltyRevoked: Transition((LicenseState.VALID,), LicenseState.PENALTY_REVOKED),
    LicenseDeregistered: Transition((LicenseState.PENALTY_REVOKED,), LicenseState.DEREGISTERED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """准予许可决定: what a granted case and its item put into the licence."""

    license_id: UUID
    case_id: UUID
    item_id: UUID
    item_code: str
    item_name: str
    departments: tuple[str, ...]
    claim_rule: ClaimRule
    holder_name: str
    holder_uscc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """许可证 in the register."""

    id: UUID
    version: int = 0
    license_no: str
    case_id: UUID
    item_id: UUID
    item_code: str
    item_name: str
    departments: tuple[str, ...]
    holder_name: str | None
    holder_uscc: str | None
    valid_until: date | None
    state: LicenseState
    issued_at: datetime
    penalty_id: UUID | None = None
    penalty_revoked_at: datetime | None = None
    deregistered_at: datetime | None = None
    ground: str | None = None

    @classmethod
    def first(cls, event: ApprovalIssued) -> License:
        """The licence as it was issued."""
        return cls(
            id=event.license_id,
            license_no=event.license_no,
            case_id=event.case_id,
            item_id=event.item_id,
            item_code=event.item_code,
            item_name=event.item_name,
            departments=event.departments,
            holder_name=event.holder_name,
            holder_uscc=event.holder_uscc,
            valid_until=event.valid_until,
            state=step(TRANSITIONS, None, event),
            issued_at=event.issued_at,
        )

    def apply(self, event: LicensePenaltyRevoked | LicenseDeregistered) -> License:
        """The licence after `event`."""
        state = step(TRANSITIONS, self.state, event)
        match event:
            case LicensePenaltyRevoked():
                return replace(self, state=state, penalty_id=event.penalty_id, penalty_revoked_at=event.revoked_at)
            case LicenseDeregistered():
                return replace(self, state=state, deregistered_at=event.deregistered_at, ground=event.ground)


def issue(grant: Grant, *, at: datetime) -> ApprovalIssued:
    """颁发许可证 for a granted case; without term so far (ALL art. 38, R19)."""
    return ApprovalIssued(
        license_id=grant.license_id,
        license_no=license_no(grant.item_code, grant.license_id, at=at),
        case_id=grant.case_id,
        item_id=grant.item_id,
        item_code=grant.item_code,
        item_name=grant.item_name,
        departments=grant.departments,
        claim_rule=grant.claim_rule,
        holder_name=grant.holder_name,
        holder_uscc=grant.holder_uscc,
        issued_at=at,
    )


def license_no(item_code: str, license_id: UUID, *, at: datetime) -> str:
    """许可证编号: `<item>-<year>-XXXX-XXXX-XXXX`, the serial told by the id, whose low bits are random.

    No counter, so that grants do not queue behind each other; a million licences of one item and year share a number
    with a chance below one in a million, and the register takes none twice. The alphabet is that of credit codes:
    nobody reads an O for a 0.
    """
    rest, serial = license_id.int, ""
    for _ in range(_SERIAL_LENGTH):
        rest, place = divmod(rest, len(ALPHABET))
        serial = ALPHABET[place] + serial
    groups = (serial[start : start + 4] for start in range(0, _SERIAL_LENGTH, 4))
    return "-".join([item_code, str(legal_day(at).year), *groups])


def penalty_revoke(held: License, penalty_id: UUID, *, at: datetime) -> LicensePenaltyRevoked | None:
    """吊销登记: the register shows what the penalty did; None where the licence had ended before (R27)."""
    if held.state is not LicenseState.VALID:
        return None
    return LicensePenaltyRevoked(license_id=held.id, departments=held.departments, penalty_id=penalty_id, revoked_at=at)


def deregister(held: License, *, at: datetime) -> LicenseDeregistered:
    """注销: only what has ended leaves the register, and then it must (ALL art. 70(4)).

    Raises StillInForce, AlreadyDeregistered.
    """
    if held.state is LicenseState.VALID:
        raise StillInForce(license=held.id, state=held.state)
    if held.state is LicenseState.DEREGISTERED:
        raise AlreadyDeregistered(license=held.id, deregistered_at=held.deregistered_at)
    return LicenseDeregistered(
        license_id=held.id, departments=held.departments, ground=PENALTY_GROUND, deregistered_at=at
    )
