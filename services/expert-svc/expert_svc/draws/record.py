"""What is kept of a draw, and when may a subject have another? (R30)

A panel stands until it is voided with a reason; only then is there a next attempt, and its declaration chains every
earlier one. So nobody draws until happy: each try has its certificate, its reason and its place in the count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal, SamePersonTwice, second_person
from shenguan_contracts.expert import (
    DrawBeaconRead,
    DrawCommitted,
    DrawCompleted,
    DrawDeclared,
    DrawNumberCommitted,
    DrawNumberRevealed,
    DrawRevealed,
    DrawVoided,
    Pool,
)
from shenguan_kernel.lots.declaration import Declaration, EarlierAttempt, Outcome
from shenguan_kernel.lots.pool import Snapshot
from shenguan_kernel.lots.rules import Drawn
from shenguan_kernel.machines import Machine, Transition, step


class DrawState(StrEnum):
    """抽取状态."""

    DECLARED = "declared"
    """已公告"""
    COMMITTED = "committed"
    """承诺齐备"""
    REVEALED = "revealed"
    """揭示齐备"""
    COMPLETED = "completed"
    """已抽取"""
    VOIDED = "voided"
    """已作废"""


TRANSITIONS: Final[Machine[DrawState]] = {
    DrawDeclared: Transition(to=DrawState.DECLARED),
    DrawNumberCommitted: Transition((DrawState.DECLARED,)),
    DrawCommitted: Transition((DrawState.DECLARED,), DrawState.COMMITTED),
    DrawNumberRevealed: Transition((DrawState.COMMITTED,)),
    DrawRevealed: Transition((DrawState.COMMITTED,), DrawState.REVEALED),
    DrawBeaconRead: Transition((DrawState.REVEALED,)),
    DrawCompleted: Transition((DrawState.DECLARED, DrawState.REVEALED), DrawState.COMPLETED),
    DrawVoided: Transition(
        (DrawState.DECLARED, DrawState.COMMITTED, DrawState.REVEALED, DrawState.COMPLETED), DrawState.VOIDED
    ),
}


class PanelStands(Refusal, rule="R30"):
    """该事由已有抽取（进行中或已有结果），不能重复抽取：确需重抽的，请先写明理由作废原抽取。"""


class AlreadyVoided(Refusal, rule="R30"):
    """该次抽取已作废：无需重复办理，可直接重新抽取。"""


class SameHand(SamePersonTwice, rule="R30"):
    """抽取人不能作废自己的抽取：请由另一人办理。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """抽取: one attempt to find a panel for one purpose; its certificate proves it."""

    id: UUID
    version: int = 0
    purpose: str
    attempt: int
    pool: Pool
    state: DrawState
    assurance_level: int
    declaration_hash: str
    panels: str
    drawn_by: str
    declared_at: datetime
    panel: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    certificate_hash: str | None = None
    completed_at: datetime | None = None
    voided_at: datetime | None = None
    void_reason: str | None = None
    contributors: tuple[str, ...] = ()
    """Departments that contribute randomness, in the order of the declaration; none at level 0."""
    commitments: tuple[str, ...] = ()
    """Hex, one for each contributor; empty until it is there."""
    reveals: tuple[str, ...] = ()
    """The same for the numbers themselves."""
    commit_by: datetime | None = None
    reveal_by: datetime | None = None
    beacon_due: datetime | None = None
    beacon_value: str | None = None
    beacon_read_by: str | None = None

    @classmethod
    def first(cls, declared: DrawDeclared, pool: Pool, drawn_by: str) -> Draw:
        """The draw as its declaration makes it."""
        return cls(
            id=declared.draw_id,
            purpose=declared.purpose,
            attempt=declared.attempt,
            pool=pool,
            state=step(TRANSITIONS, None, declared),
            assurance_level=declared.assurance_level,
            declaration_hash=declared.declaration_hash,
            panels=declared.panels,
            drawn_by=drawn_by,
            declared_at=declared.declared_at,
            contributors=declared.contributors,
            commitments=("",) * len(declared.contributors),
            reveals=("",) * len(declared.contributors),
            commit_by=declared.commit_by,
            reveal_by=declared.reveal_by,
            beacon_due=declared.beacon_due,
        )

    def complete(self, completed: DrawCompleted) -> Draw:
        """The draw with its panel and its proof."""
        return replace(
            self,
            state=step(TRANSITIONS, self.state, completed),
            panel=completed.panel,
            departments=completed.departments,
            certificate_hash=completed.certificate_hash,
            completed_at=completed.completed_at,
        )

    def apply(self, voided: DrawVoided) -> Draw:
        """The draw without effect; panel and certificate stay visible for ever."""
        state = step(TRANSITIONS, self.state, voided)
        return replace(self, state=state, voided_at=voided.voided_at, void_reason=voided.reason)

    def as_earlier(self) -> EarlierAttempt:
        """What every later certificate for this purpose shows of it."""
        return EarlierAttempt(
            declared=self.declaration_hash,
            outcome=Outcome.VOIDED if self.state is DrawState.VOIDED else Outcome.COMPLETED,
            panel=self.panel,
            reason=self.void_reason,
            certificate=self.certificate_hash,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """抽取公告: what contributors commit to, public before any randomness is known (R30)."""

    draw_id: UUID
    declaration: str
    """Canonical JSON; its tagged hash is `declared`."""
    pool: str
    """Canonical JSON of the snapshot; its tagged hash is in the declaration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """抽取证书: public, as the guarantee is; numbers instead of names (R30)."""

    draw_id: UUID
    text: str
    """The file, byte for byte, as UTF-8 text."""
    hash: str
    """SHA-256 of the file, hex, as the event tells it."""


def earlier_attempts(draws: Sequence[Draw]) -> tuple[EarlierAttempt, ...]:
    """The records of all earlier draws for a purpose, in order; raises `PanelStands` unless each was voided."""
    for draw in draws:
        if draw.state is not DrawState.VOIDED:
            raise PanelStands(draw=draw.id, attempt=draw.attempt)
    return tuple(draw.as_earlier() for draw in draws)


def declared(draw_id: UUID, declaration: Declaration, *, at: datetime) -> DrawDeclared:
    """公告抽取, as it is told: the hash is what everything after it holds on to."""
    return DrawDeclared(
        draw_id=draw_id,
        purpose=declaration.purpose,
        attempt=declaration.attempt,
        assurance_level=declaration.assurance_level,
        declaration_hash=declaration.hash().hex(),
        panels=declaration.panels,
        contributors=declaration.contributors,
        commit_by=_at(declaration.commit_by),
        reveal_by=_at(declaration.reveal_by),
        beacon_due=_at(declaration.beacon.due if declaration.beacon else None),
        declared_at=at,
    )


def _at(instant: str | None) -> datetime | None:
    return None if instant is None else datetime.fromisoformat(instant)


def completed(draw: Draw, drawn: Drawn, pool: Snapshot, certificate: bytes, *, at: datetime) -> DrawCompleted:
    """抽取完成, as it is told: whoever has the certificate can hold it against this hash."""
    return DrawCompleted(
        draw_id=draw.id,
        purpose=draw.purpose,
        departments=pool.departments_of(drawn.panel),
        panel=drawn.panel,
        assurance_level=draw.assurance_level,
        certificate_hash=sha256(certificate).hexdigest(),
        completed_at=at,
    )


def void(draw: Draw, reason: str, *, by: str, at: datetime) -> DrawVoided:
    """作废: with a reason, and never by the hand that drew (R30). Raises AlreadyVoided, SameHand."""
    if draw.state is DrawState.VOIDED:
        raise AlreadyVoided(draw=draw.id, voided_at=draw.voided_at)
    second_person(by, draw.drawn_by, refusal=SameHand, draw=draw.id)
    return DrawVoided(draw_id=draw.id, purpose=draw.purpose, reason=reason, voided_at=at)
