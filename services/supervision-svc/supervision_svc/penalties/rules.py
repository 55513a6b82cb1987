"""When may a department strike a licence, and what must it tell the bureau? (R27, APL art. 9)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.supervision import PenaltyLicenseRevoked
from shenguan_kernel.machines import Machine, Transition, step
from shenguan_kernel.working_days.legal_day import legal_day


class PenaltyState(StrEnum):
    """处罚决定状态."""

    IN_FORCE = "in_force"
    """生效"""


TRANSITIONS: Final[Machine[PenaltyState]] = {PenaltyLicenseRevoked: Transition(to=PenaltyState.IN_FORCE)}


class AlreadyPenaltyRevoked(Refusal, rule="R27"):
    """该许可证已有生效的吊销决定：同一许可证不能重复吊销，请先查阅原决定。"""


class DecidedInFuture(Refusal, status=422, rule="APL 59", field="decided_on"):
    """决定日期不能晚于今天（北京时间）：请按处罚决定书落款日期填写。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """处罚决定书: what the department's written decision says."""

    document_no: str
    legal_basis: str
    reason: str
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """吊销决定: a department's penalty that strikes one licence."""

    id: UUID
    version: int = 0
    department: str
    license_id: UUID
    document_no: str
    legal_basis: str
    reason: str
    decided_on: date
    informed_at: datetime
    state: PenaltyState

    @classmethod
    def first(cls, revoked: PenaltyLicenseRevoked) -> Penalty:
        """The penalty as its decision makes it."""
        return cls(
            id=revoked.penalty_id,
            department=revoked.department,
            license_id=revoked.license_id,
            document_no=revoked.document_no,
            legal_basis=revoked.legal_basis,
            reason=revoked.reason,
            decided_on=revoked.decided_on,
            informed_at=revoked.informed_at,
            state=step(TRANSITIONS, None, revoked),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """留存备案: the bureau's answer to a penalty; nothing in the penalty itself changes by it."""

    penalty_id: UUID
    department: str
    penalty_file_id: UUID
    filed_at: datetime


def penalty_revoke(
    penalty_id: UUID, department: str, license_id: UUID, decision: Decision, *, at: datetime
) -> PenaltyLicenseRevoked:
    """吊销: the department's own decision, told to the bureau in writing (R27). Both days are legal days."""
    if decision.decided_on > legal_day(at):
        raise DecidedInFuture(decided_on=decision.decided_on, today=legal_day(at))
    return PenaltyLicenseRevoked(
        penalty_id=penalty_id,
        department=department,
        license_id=license_id,
        document_no=decision.document_no,
        legal_basis=decision.legal_basis,
        reason=decision.reason,
        decided_on=decision.decided_on,
        informed_at=at,
    )


def refuse_second(license_id: UUID, *, struck: bool) -> None:
    """One licence is struck once, whichever department did it; raises `AlreadyPenaltyRevoked` (R27)."""
    if struck:
        raise AlreadyPenaltyRevoked(license=license_id)
