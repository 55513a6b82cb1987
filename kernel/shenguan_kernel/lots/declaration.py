"""What is published before a draw, so that nothing is left to choose afterwards?"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter

from shenguan_kernel.lots import chain
from shenguan_kernel.lots.beacon import Beacon
from shenguan_kernel.lots.encoding import Hashing
from shenguan_kernel.lots.escrow import Custody
from shenguan_kernel.lots.panels import LawfulPanels
from shenguan_kernel.lots.requirement import LeftOut, PanelRule

FORMAT = "shenguan-draw/1"


class Outcome(StrEnum):
    """How an attempt ended."""

    COMPLETED = "completed"
    """已抽取"""
    VOIDED = "voided"
    """作废"""


@dataclass(frozen=True, slots=True)
class EarlierAttempt:
    """此前抽取: what every later certificate for the same purpose shows of it."""

    declared: str
    outcome: Outcome
    panel: tuple[str, ...] = ()
    reason: str | None = None
    """Why it was voided, in a few words or a code."""
    certificate: str | None = None
    """SHA-256 of its certificate file, hex; None if it has none."""


@dataclass(frozen=True, slots=True)
class PoolCommitment:
    """快照承诺: the digest of the pool's list; another form may hold a tree's root instead."""

    count: int
    digest: str
    form: str = "list"


@dataclass(frozen=True, slots=True)
class Chance:
    """入选概率: for one class of like candidates, how many lawful panels hold any one given member of it."""

    department: str
    meets: tuple[int, ...]
    candidates: tuple[str, ...] | int
    """Their numbers; of a census how many they are."""
    panels: str
    probability: str
    """`panels` by F as a reduced fraction, such as `3/11`."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """抽取公告: its hash is the root of all that follows. Large numbers are decimal strings, hashes are hex."""

    draw: str
    purpose: str
    attempt: int
    previous: str | None
    """The chain over the earlier attempts for this purpose."""
    declared_at: str
    hashing: Hashing
    suite: str
    vrf_key: str
    rule: PanelRule
    pool: PoolCommitment
    ineligible: tuple[LeftOut, ...]
    panels: str
    """F: how many lawful panels there are."""
    inclusion: tuple[Chance, ...]
    assurance_level: int
    contributors: tuple[str, ...] = ()
    commit_by: str | None = None
    reveal_by: str | None = None
    beacon: Beacon | None = None
    escrow: Custody | None = None
    """Who opens what a contributor withholds; None: a withheld number leaves only a void."""
    snapshot: str | None = None
    """Digest of what was published about the pool beside its list: where it came from, what changed. Hex."""
    format: str = FORMAT

    def as_json(self) -> dict[str, Any]:
        """The object that is hashed and printed."""
        written: dict[str, Any] = _DECLARATION.dump_python(self, mode="json")
        return written

    def hash(self) -> bytes:
        """`declared`: what every later step of the draw holds on to."""
        return chain.declared(self.hashing, self.as_json())


def read_declaration(stored: object) -> Declaration:
    """The declaration that `as_json` wrote. Raises pydantic.ValidationError if it is none."""
    return _DECLARATION.validate_python(stored)


def chances(panels: LawfulPanels) -> tuple[Chance, ...]:
    """Each class with its exact probability. `panels` must not be empty."""
    return tuple(
        Chance(
            group.department,
            group.meets,
            group.candidates if isinstance(group.candidates, tuple) else len(group.candidates),
            panels=str(holding),
            probability="{0.numerator}/{0.denominator}".format(Fraction(holding, panels.count)),
        )
        for group, holding in zip(panels.classes, panels.containing(), strict=True)
    )


_DECLARATION = TypeAdapter(Declaration)
