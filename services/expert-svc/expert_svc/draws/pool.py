"""Who could be drawn? The pool as it stood when the draw was declared: numbers instead of names, in one order."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from expert_svc.terms import is_a_day, is_settled_name
from shenguan_chassis.refusals import Refusal

_EXPERT_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LARGEST_LOAD = 2**31 - 1


class PoolInconsistent(Refusal, status=422, rule="R29, R30"):
    """专家库快照有误：请按所指位置更正重复编号、空白或非规范（NFC）文字后重新公告。"""


@dataclass(frozen=True, slots=True)
class Expert:
    """专家 in a snapshot: nothing personal, only what a rule can ask for."""

    id: str
    """Pseudonymous and sequential, such as `e-000001`: it cannot be ground."""
    department: str
    fields: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    load: int = 0
    """Duties carried when the snapshot was taken."""
    last_drawn: str | None = None
    """The day of the last standing panel this expert was drawn to, ISO 8601; None for never."""
    excluded: str | None = None
    """Reason code if this expert is in the pool but may not be drawn (suspended, in quarantine, …)."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """专家库快照: experts in the order of their ids. Built by `snapshot`, never changed."""

    experts: tuple[Expert, ...]

    def as_json(self) -> list[dict[str, Any]]:
        """The list that is hashed into the declaration and printed in the certificate."""
        return [asdict(expert) for expert in self.experts]

    def departments_of(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Whose experts these are: each department once, in order."""
        wanted = frozenset(ids)
        return tuple(sorted({expert.department for expert in self.experts if expert.id in wanted}))


def snapshot(experts: Iterable[Expert]) -> Snapshot:
    """Take a snapshot; the order in which experts and fields are given does not matter. Raises PoolInconsistent."""
    settled = tuple(sorted(map(_settled, experts), key=lambda expert: expert.id))
    doubled = [expert_id for expert_id, times in Counter(expert.id for expert in settled).items() if times > 1]
    if doubled:
        raise PoolInconsistent(place="id", problem="doubled", experts=doubled)
    return Snapshot(settled)


def _settled(expert: Expert) -> Expert:
    """One expert with fields and qualifications each once and in order."""
    if not _EXPERT_ID.fullmatch(expert.id):
        raise PoolInconsistent(place="id", problem="malformed", expert=ascii(expert.id))
    for place, name in _names(expert):
        if not is_settled_name(name):
            raise PoolInconsistent(place=place, problem="unsettled_text", expert=expert.id)
    if not 0 <= expert.load <= _LARGEST_LOAD:
        raise PoolInconsistent(place="load", problem="out_of_range", expert=expert.id)
    if expert.last_drawn is not None and not is_a_day(expert.last_drawn):
        raise PoolInconsistent(place="last_drawn", problem="no_day", expert=expert.id)
    return replace(
        expert, fields=tuple(sorted(set(expert.fields))), qualifications=tuple(sorted(set(expert.qualifications)))
    )


def _names(expert: Expert) -> list[tuple[str, str]]:
    named = [("department", expert.department)]
    named += [("fields", name) for name in expert.fields]
    named += [("qualifications", name) for name in expert.qualifications]
    return named + ([] if expert.excluded is None else [("excluded", expert.excluded)])
