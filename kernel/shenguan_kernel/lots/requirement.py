"""What must a panel satisfy, and who is left to choose from?

`PanelRule` is the rule that a declaration publishes; `classes_of` groups those who may be drawn into classes that the
rule cannot tell apart, so that counting costs as much as there are classes, not candidates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shenguan_chassis.refusals import Refusal
from shenguan_kernel.lots.census import AnyPool, Census, Kind, Members
from shenguan_kernel.lots.names import is_a_day, is_settled_name
from shenguan_kernel.lots.pool import Candidate, Snapshot

MOST_SEATS = 100


class RuleInconsistent(Refusal, status=422, rule="R30"):
    """抽取规则有误：请按所指项目更正（席位、每部门上限、最低人数、回避名单）后重新公告。"""


class Trait(StrEnum):
    """What a minimum counts."""

    DEPARTMENT = "department"
    """部门: the competent department must be on the panel."""
    FIELD = "field"
    """从事领域"""
    QUALIFICATION = "qualification"
    """资质"""


class Ground(StrEnum):
    """On what a recusal rests."""

    DECLARED = "declared"
    """本人声明"""
    RELATIONSHIP = "relationship"
    """与当事人有利害关系"""
    CASE = "case"
    """曾参与同一事项"""


class Cause(StrEnum):
    """Why a candidate of the pool may not be drawn; the first that applies is named."""

    EXCLUDED = "excluded"
    """快照中已排除"""
    RECUSED = "recused"
    """回避"""
    DEPARTMENT = "department"
    """所属部门不参加"""
    LOAD = "load"
    """任务已满"""
    COOLING_OFF = "cooling_off"
    """冷却期内"""


@dataclass(frozen=True, slots=True, order=True)
class Minimum:
    """最低人数: at least `count` members of the panel have the trait `of` with this name."""

    of: Trait
    name: str
    count: int

    def is_met_by(self, candidate: Candidate) -> bool:
        """Whether this candidate counts towards it."""
        match self.of:
            case Trait.DEPARTMENT:
                return candidate.department == self.name
            case Trait.FIELD:
                return self.name in candidate.fields
            case Trait.QUALIFICATION:
                return self.name in candidate.qualifications


@dataclass(frozen=True, slots=True, order=True)
class Recusal:
    """回避: this candidate has no part in this case; `reason` is a code, never a story."""

    candidate: str
    ground: Ground
    reason: str


@dataclass(frozen=True, slots=True)
class PanelRule:
    """抽取规则: lists stand in order whatever order they were given in. Raises RuleInconsistent."""

    seats: int
    per_department: int
    """Most members from one department; as many as there are seats means no cap."""
    minimums: tuple[Minimum, ...] = ()
    excluded_departments: tuple[str, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    load_limit: int | None = None
    """Only candidates whose load is below it may be drawn; None means no limit."""
    cooling_off: str | None = None
    """冷却期: whoever was drawn on this day (ISO 8601) or later rests; None means nobody does."""

    def __post_init__(self) -> None:
        for name in ("minimums", "excluded_departments", "recusals"):
            object.__setattr__(self, name, tuple(sorted(getattr(self, name))))
        for place, holds in self._claims():
            if not holds:
                raise RuleInconsistent(place=place)

    @property
    def is_capped(self) -> bool:
        """Whether the cap per department can forbid anything."""
        return self.per_department < self.seats

    def _claims(self) -> Iterator[tuple[str, bool]]:
        yield "seats", 1 <= self.seats <= MOST_SEATS
        yield "per_department", 1 <= self.per_department <= self.seats
        yield "load_limit", self.load_limit is None or self.load_limit >= 1
        yield "cooling_off", self.cooling_off is None or is_a_day(self.cooling_off)
        for place, names in self._named().items():
            yield place, all(map(is_settled_name, names))
        yield "minimums", all(1 <= least.count <= self.seats for least in self.minimums)
        yield "minimums", _each_once([(least.of, least.name) for least in self.minimums])
        yield "excluded_departments", _each_once(self.excluded_departments)
        yield "recusals", _each_once([recusal.candidate for recusal in self.recusals])

    def _named(self) -> dict[str, list[str]]:
        return {
            "minimums": [least.name for least in self.minimums],
            "excluded_departments": list(self.excluded_departments),
            "recusals": [text for recusal in self.recusals for text in (recusal.candidate, recusal.reason)],
        }


@dataclass(frozen=True, slots=True)
class Ineligible:
    """A candidate of the pool who cannot be drawn this time, and why."""

    candidate: str
    cause: Cause
    code: str | None = None
    """The reason code of the exclusion or recusal."""


@dataclass(frozen=True, slots=True)
class CandidateClass:
    """同类候选: of one department, meeting the same minimums (by place in the rule), so equally likely to be drawn."""

    department: str
    meets: tuple[int, ...]
    candidates: Sequence[str]


@dataclass(frozen=True, slots=True)
class KindLeftOut:
    """A kind of a census that cannot be drawn this time, and why: what tells its members apart is no cause."""

    kind: int
    cause: Cause
    code: str | None = None


LeftOut = Ineligible | KindLeftOut


def ineligible_in(pool: AnyPool, rule: PanelRule) -> tuple[LeftOut, ...]:
    """Who is left out, and why, in the order of the pool. Raises RuleInconsistent for a recusal of someone unknown."""
    recused = {recusal.candidate: recusal.reason for recusal in rule.recusals}
    match pool:
        case Snapshot():
            _refuse_unknown(set(recused) - {candidate.id for candidate in pool.candidates})
            return tuple(out for candidate in pool.candidates if (out := _left_out(candidate, rule, recused)))
        case Census():
            _refuse_unknown({candidate for candidate in recused if pool.found(candidate) is None})
            return tuple(_kinds_left_out(pool, rule)) + tuple(
                Ineligible(candidate, Cause.RECUSED, reason) for candidate, reason in sorted(recused.items())
            )


def classes_of(pool: AnyPool, rule: PanelRule, left_out: tuple[LeftOut, ...]) -> tuple[CandidateClass, ...]:
    """The classes of those who may be drawn, ordered by department and then by the minimums met."""
    match pool:
        case Snapshot():
            return tuple(CandidateClass(*key, tuple(ids)) for key, ids in sorted(_alike(pool, rule, left_out).items()))
        case Census():
            absent = frozenset(out.candidate for out in left_out if isinstance(out, Ineligible))
            classes = sorted(_alike_kinds(pool, rule, left_out).items())
            made = (CandidateClass(*key, Members(kinds, absent)) for key, kinds in classes)
            return tuple(group for group in made if group.candidates)


_Key = tuple[str, tuple[int, ...]]


def _alike(pool: Snapshot, rule: PanelRule, left_out: tuple[LeftOut, ...]) -> dict[_Key, list[str]]:
    absent = {out.candidate for out in left_out if isinstance(out, Ineligible)}
    members: dict[_Key, list[str]] = {}
    for candidate in pool.candidates:
        if candidate.id not in absent:
            members.setdefault(_key(candidate, rule), []).append(candidate.id)
    return members


def _alike_kinds(pool: Census, rule: PanelRule, left_out: tuple[LeftOut, ...]) -> dict[_Key, list[Kind]]:
    absent = {out.kind for out in left_out if isinstance(out, KindLeftOut)}
    members: dict[_Key, list[Kind]] = {}
    for number, kind in enumerate(pool.kinds):
        if number not in absent:
            members.setdefault(_key(kind.like, rule), []).append(kind)
    return members


def _key(candidate: Candidate, rule: PanelRule) -> _Key:
    return candidate.department, tuple(n for n, least in enumerate(rule.minimums) if least.is_met_by(candidate))


def _kinds_left_out(pool: Census, rule: PanelRule) -> Iterator[KindLeftOut]:
    for number, kind in enumerate(pool.kinds):
        if out := _left_out(kind.like, rule, {}):
            yield KindLeftOut(number, out.cause, out.code)


def _refuse_unknown(unknown: set[str]) -> None:
    if unknown:
        raise RuleInconsistent(place="recusals", unknown=sorted(unknown))


def _left_out(candidate: Candidate, rule: PanelRule, recused: dict[str, str]) -> Ineligible | None:
    if candidate.excluded is not None:
        return Ineligible(candidate.id, Cause.EXCLUDED, candidate.excluded)
    if candidate.id in recused:
        return Ineligible(candidate.id, Cause.RECUSED, recused[candidate.id])
    if candidate.department in rule.excluded_departments:
        return Ineligible(candidate.id, Cause.DEPARTMENT)
    if rule.load_limit is not None and candidate.load >= rule.load_limit:
        return Ineligible(candidate.id, Cause.LOAD)
    if rule.cooling_off is not None and candidate.last_drawn is not None and candidate.last_drawn >= rule.cooling_off:
        return Ineligible(candidate.id, Cause.COOLING_OFF)
    return None


def _each_once(values: Sequence[object]) -> bool:
    return len(set(values)) == len(values)
