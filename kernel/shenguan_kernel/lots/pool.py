"""Who could be drawn? The pool as it stood when the draw was declared: numbers instead of names, in one order."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, ClassVar

from shenguan_chassis.refusals import Refusal
from shenguan_kernel.lots.encoding import canonical
from shenguan_kernel.lots.names import is_a_day, is_settled_name

_CANDIDATE_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_CANDIDATE_IDS = re.compile(rf"(?:{_CANDIDATE_ID.pattern}(?:\n{_CANDIDATE_ID.pattern})*)?")
_KEY = re.compile(r"[0-9a-f]{64}")
_LARGEST_LOAD = 2**31 - 1


class PoolInconsistent(Refusal, status=422, rule="R29, R30"):
    """候选名单快照有误：请按所指位置更正重复编号、空白或非规范（NFC）文字后重新公告。"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """候选人、对象 in a snapshot: nothing personal, only what a rule can ask for."""

    id: str
    """Pseudonymous and sequential, such as `e-000001`: it cannot be ground."""
    department: str
    fields: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    load: int = 0
    """Duties carried when the snapshot was taken."""
    last_drawn: str | None = None
    """The day of the last standing panel this candidate was drawn to, ISO 8601; None for never."""
    excluded: str | None = None
    """Reason code if this candidate is in the pool but may not be drawn (suspended, in quarantine, …)."""
    key: str | None = None
    """Ed25519 public key, hex, with which this candidate signs a decline; None: two witnesses are needed."""


_MEMBERS = tuple(field.name for field in fields(Candidate))  # asdict would copy each list, several times a draw


@dataclass(frozen=True)
class Snapshot:
    """候选名单快照: candidates in the order of their ids. Built by `snapshot`, never changed."""

    candidates: tuple[Candidate, ...]
    form: ClassVar[str] = "list"
    """As the declaration names this way to commit a pool."""

    def __len__(self) -> int:
        return len(self.candidates)

    @property
    def examples(self) -> tuple[Candidate, ...]:
        """Candidates, among whom everything a rule can ask for occurs that occurs in the pool."""
        return self.candidates

    def as_json(self) -> list[dict[str, Any]]:
        """The list that is hashed into the declaration and printed in the certificate."""
        return [{name: getattr(one, name) for name in _MEMBERS} for one in self.candidates]

    @cached_property
    def text(self) -> bytes:
        """The same as canonical JSON, written once: a draw hashes it more than once, and keeps it."""
        return canonical(self.as_json())

    def departments_of(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Whose candidates these are: each department once, in order."""
        wanted = frozenset(ids)
        return tuple(sorted({candidate.department for candidate in self.candidates if candidate.id in wanted}))


def snapshot(candidates: Iterable[Candidate]) -> Snapshot:
    """Take a snapshot; the order in which candidates and fields are given does not matter. Raises PoolInconsistent."""
    listed = tuple(sorted(map(settled, candidates), key=lambda candidate: candidate.id))
    doubled = [
        candidate_id for candidate_id, times in Counter(candidate.id for candidate in listed).items() if times > 1
    ]
    if doubled:
        raise PoolInconsistent(place="id", problem="doubled", candidates=doubled)
    return Snapshot(listed)


def is_candidate_id(text: str) -> bool:
    """Whether a text may be the number of a candidate."""
    return _CANDIDATE_ID.fullmatch(text) is not None


def are_candidate_ids(texts: Sequence[str]) -> bool:
    """The same of many, as fast as one pattern over all of them."""
    lines = "\n".join(texts)
    return _CANDIDATE_IDS.fullmatch(lines) is not None and lines.count("\n") == max(0, len(texts) - 1)


def settled(candidate: Candidate) -> Candidate:
    """One candidate with fields and qualifications each once and in order. Raises PoolInconsistent."""
    if not is_candidate_id(candidate.id):
        raise PoolInconsistent(place="id", problem="malformed", candidate=ascii(candidate.id))
    for place, name in _names(candidate):
        if not is_settled_name(name):
            raise PoolInconsistent(place=place, problem="unsettled_text", candidate=candidate.id)
    if not 0 <= candidate.load <= _LARGEST_LOAD:
        raise PoolInconsistent(place="load", problem="out_of_range", candidate=candidate.id)
    if candidate.last_drawn is not None and not is_a_day(candidate.last_drawn):
        raise PoolInconsistent(place="last_drawn", problem="no_day", candidate=candidate.id)
    if candidate.key is not None and not _KEY.fullmatch(candidate.key):
        raise PoolInconsistent(place="key", problem="malformed", candidate=candidate.id)
    fields_once, held_once = _each_once(candidate.fields), _each_once(candidate.qualifications)
    if (fields_once, held_once) == (candidate.fields, candidate.qualifications):
        return candidate
    return replace(candidate, fields=fields_once, qualifications=held_once)


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _names(candidate: Candidate) -> list[tuple[str, str]]:
    named = [("department", candidate.department)]
    named += [("fields", name) for name in candidate.fields]
    named += [("qualifications", name) for name in candidate.qualifications]
    return named + ([] if candidate.excluded is None else [("excluded", candidate.excluded)])
