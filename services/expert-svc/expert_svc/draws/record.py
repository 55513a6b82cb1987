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
from shenguan_contracts.draws import (
    DrawEscrowed,
    DrawNumberEscrowed,
    DrawRevealsMissed,
    DrawShareOpened,
    ExpertDeclined,
    ExpertMissed,
    ExpertReplaced,
    PanelReleased,
    SeatGround,
    SeatVacancyReported,
)
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
    ESCROWED = "escrowed"
    """托管齐备"""
    OPENING = "opening"
    """托管开启中"""
    REVEALED = "revealed"
    """揭示齐备"""
    COMPLETED = "completed"
    """已抽取"""
    RELEASED = "released"
    """已解任"""
    VOIDED = "voided"
    """已作废"""


_REVEALING: Final = (DrawState.COMMITTED, DrawState.ESCROWED, DrawState.OPENING)
_SEATED: Final = (DrawState.COMPLETED,)

TRANSITIONS: Final[Machine[DrawState]] = {
    DrawDeclared: Transition(to=DrawState.DECLARED),
    DrawNumberCommitted: Transition((DrawState.DECLARED,)),
    DrawCommitted: Transition((DrawState.DECLARED,), DrawState.COMMITTED),
    DrawNumberEscrowed: Transition((DrawState.COMMITTED,)),
    DrawEscrowed: Transition((DrawState.COMMITTED,), DrawState.ESCROWED),
    DrawNumberRevealed: Transition(_REVEALING),
    DrawRevealsMissed: Transition((DrawState.ESCROWED,), DrawState.OPENING),
    DrawShareOpened: Transition((DrawState.OPENING,)),
    DrawRevealed: Transition(_REVEALING, DrawState.REVEALED),
    DrawBeaconRead: Transition((DrawState.REVEALED,)),
    DrawCompleted: Transition((DrawState.DECLARED, DrawState.REVEALED), DrawState.COMPLETED),
    SeatVacancyReported: Transition(_SEATED),
    ExpertDeclined: Transition(_SEATED),
    ExpertMissed: Transition(_SEATED),
    ExpertReplaced: Transition(_SEATED),
    PanelReleased: Transition(_SEATED, DrawState.RELEASED),
    DrawVoided: Transition(
        (DrawState.DECLARED, *_REVEALING, DrawState.REVEALED, DrawState.COMPLETED), DrawState.VOIDED
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
    custodians: tuple[str, ...] = ()
    """Departments that open a withheld number two by two, in the order of the declaration."""
    escrows: tuple[str, ...] = ()
    """SHA-256 of each contributor's escrow, hex; empty until it is there."""
    give_by: datetime | None = None
    open_by: datetime | None = None
    replacements: int = 0
    vacant: str | None = None
    """The member that one person reported as gone; a second one is awaited."""
    vacant_ground: SeatGround | None = None
    vacant_reported_by: str | None = None
    panel_request_id: UUID | None = None
    released_at: datetime | None = None

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
            custodians=declared.custodians,
            escrows=("",) * len(declared.contributors) if declared.custodians else (),
            give_by=declared.give_by,
            open_by=declared.open_by,
            panel_request_id=declared.panel_request_id,
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

    def reseat(self, replaced: ExpertReplaced) -> Draw:
        """The draw with a seat given anew and the certificate that proves it."""
        return replace(
            self,
            state=step(TRANSITIONS, self.state, replaced),
            panel=replaced.panel,
            departments=replaced.departments,
            certificate_hash=replaced.certificate_hash,
            replacements=replaced.number,
            vacant=None,
            vacant_ground=None,
            vacant_reported_by=None,
        )

    def release(self, released: PanelReleased) -> Draw:
        """The draw once its panel's work is done; another for the same purpose may follow, and counts on."""
        return replace(self, state=step(TRANSITIONS, self.state, released), released_at=released.released_at)

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
    context: str | None = None
    """Canonical JSON of what was published about the pool beside its list."""


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
        if draw.state not in (DrawState.VOIDED, DrawState.RELEASED):
            raise PanelStands(draw=draw.id, attempt=draw.attempt)
    return tuple(draw.as_earlier() for draw in draws)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscrowFile:
    """随机数托管, byte for byte: public, as anyone can check it and no single custodian can open it (R30)."""

    draw_id: UUID
    contributor: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstShare:
    """首份开启份额: what one custodian opened of a withheld number, until a second one does."""

    draw_id: UUID
    contributor: str
    place: int
    share: str


def declared(draw_id: UUID, declaration: Declaration, *, at: datetime, request: UUID | None = None) -> DrawDeclared:
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
        custodians=tuple(one.name for one in declaration.escrow.custodians) if declaration.escrow else (),
        give_by=_at(declaration.escrow.give_by if declaration.escrow else None),
        open_by=_at(declaration.escrow.open_by if declaration.escrow else None),
        panel_request_id=request,
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
        panel_request_id=draw.panel_request_id,
        completed_at=at,
    )


def void(draw: Draw, reason: str, *, by: str, at: datetime) -> DrawVoided:
    """作废: with a reason, and never by the hand that drew (R30). Raises AlreadyVoided, SameHand."""
    if draw.state is DrawState.VOIDED:
        raise AlreadyVoided(draw=draw.id, voided_at=draw.voided_at)
    second_person(by, draw.drawn_by, refusal=SameHand, draw=draw.id)
    return lapse(draw, reason, at=at)


def lapse(draw: Draw, reason: str, *, at: datetime) -> DrawVoided:
    """逾期作废: what the rules of the draw void by themselves, whoever drew it (R30)."""
    return DrawVoided(
        draw_id=draw.id, purpose=draw.purpose, reason=reason, panel_request_id=draw.panel_request_id, voided_at=at
    )
