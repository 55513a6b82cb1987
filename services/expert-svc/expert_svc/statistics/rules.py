"""When does what was drawn look as if it were no lot? (R30)

Two families are watched. `drawn`: every panel as the lot gave it, voided or not; what shows there is a broken lot.
`standing`: the panels that stand; what shows only there is drawing again until it suits. A void that has nothing to do
with who was drawn disturbs neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from math import exp, log
from typing import Any, Final
from uuid import UUID

from shenguan_contracts.expert import DrawPatternNoticed, PatternKind

from .chance import RARELY, Ratios, log_bound

_MOST_TOLD: Final = 10**15


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """一次抽取 as its certificate tells it: who was drawn, and how likely each was by what had been published."""

    purpose: str
    attempt: int
    declared_at: str
    level: int
    panel: tuple[str, ...]
    chances: Mapping[str, Fraction]
    department_of: Mapping[str, str]
    recusals: tuple[tuple[str, str], ...]
    """Who stood aside, and on which ground."""

    @classmethod
    def of(cls, certificate: Mapping[str, Any]) -> Lot:
        """The draw of a certificate."""
        declared = certificate["declaration"]
        likes = declared["inclusion"]
        return cls(
            purpose=declared["purpose"],
            attempt=declared["attempt"],
            declared_at=declared["declared_at"],
            level=declared["assurance_level"],
            panel=tuple(certificate["panel"]),
            chances={one: Fraction(like["probability"]) for like in likes for one in like["candidates"]},
            department_of={one["id"]: one["department"] for one in certificate["pool"]},
            recusals=tuple((recusal["candidate"], recusal["ground"]) for recusal in declared["rule"]["recusals"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawChance:
    """入选机会: what one draw meant for one expert; the statistics are made of these."""

    draw_id: UUID
    expert_no: str
    department: str
    purpose: str
    attempt: int
    seats: int
    probability: str | None
    """As published, such as `3/11`; None for who stood aside."""
    drawn: bool
    recused: str | None
    """On which ground the expert stood aside."""
    declared_at: datetime


def chances_of(draw_id: UUID, lot: Lot) -> list[DrawChance]:
    """One row for everyone who could have been drawn, and for everyone who stood aside."""
    grounds = dict(lot.recusals)
    return [
        DrawChance(
            draw_id=draw_id,
            expert_no=expert,
            department=lot.department_of[expert],
            purpose=lot.purpose,
            attempt=lot.attempt,
            seats=len(lot.panel),
            probability=str(lot.chances[expert]) if expert in lot.chances else None,
            drawn=expert in lot.panel,
            recused=grounds.get(expert),
            declared_at=datetime.fromisoformat(lot.declared_at),
        )
        for expert in sorted({*lot.chances, *grounds})
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawEvidence:
    """抽取证据: what speaks against a fair lot so far in one family."""

    kind: PatternKind
    looks: int = 0
    ratios: Mapping[str, tuple[float, ...]]

    def after(self, lot: Lot) -> DrawEvidence:
        """With one more completed draw, looked at once more."""
        ratios = Ratios(self.ratios).with_draw(_floats(lot), lot.panel)
        return replace(self, looks=self.looks + 1, ratios=dict(ratios.of))

    def without(self, lot: Lot) -> DrawEvidence:
        """Without a draw that was voided."""
        return replace(self, ratios=dict(Ratios(self.ratios).without_draw(_floats(lot), lot.panel).of))

    @property
    def strength(self) -> tuple[float, str | None]:
        """Logarithm of the evidence beyond the alarm's bound (an alarm from 0 on), and the expert who weighs most."""
        evidence, expert = Ratios(self.ratios).evidence()
        return evidence - log_bound(max(self.looks, 1), len(PatternKind)), expert


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPattern:
    """异常抽取: a pattern that chance would show less than once in 10,000 lives of the record."""

    id: UUID
    version: int = 0
    kind: PatternKind
    expert_no: str
    department: str | None
    draws: int
    once_in: int
    noticed_at: datetime

    @classmethod
    def first(cls, noticed: DrawPatternNoticed) -> DrawPattern:
        """The pattern as it was noticed."""
        return cls(
            id=noticed.draw_pattern_id,
            kind=noticed.kind,
            expert_no=noticed.expert_no,
            department=noticed.department,
            draws=noticed.draws,
            once_in=noticed.once_in,
            noticed_at=noticed.noticed_at,
        )


def begun(kind: PatternKind) -> DrawEvidence:
    """Before the first draw nothing speaks against the lot."""
    return DrawEvidence(kind=kind, ratios={})


def grade(evidence: DrawEvidence) -> int | None:
    """How many times a thousandfold the evidence is beyond the bound; None below it. One alarm is raised for each."""
    strength, _ = evidence.strength
    return None if strength < 0 else int(strength / log(1000))


def notice(pattern_id: UUID, evidence: DrawEvidence, lot: Lot, *, at: datetime) -> DrawPatternNoticed | None:
    """察觉异常: what is told when the bound is reached; None below it."""
    strength, expert = evidence.strength
    if strength < 0 or expert is None:
        return None
    return DrawPatternNoticed(
        draw_pattern_id=pattern_id,
        kind=evidence.kind,
        expert_no=expert,
        department=lot.department_of.get(expert),
        draws=evidence.looks,
        once_in=min(_MOST_TOLD, int(RARELY * exp(min(strength, 60.0)))),
        noticed_at=at,
    )


def _floats(lot: Lot) -> dict[str, float]:
    return {expert: float(chance) for expert, chance in lot.chances.items()}
