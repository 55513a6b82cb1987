"""What do the draws add up to? Counts beside the published chances, for experts, departments, subjects and recusals.

Each table is made from the rows that its reader may see: all of them, or those of one department's experts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .chance import Count, counted
from .rules import DrawChance


@dataclass(frozen=True, slots=True)
class ExpertCount:
    """One expert over all draws in which it could have been drawn."""

    expert_no: str
    department: str
    count: Count


@dataclass(frozen=True, slots=True)
class DepartmentShare:
    """One department's members on all panels together, beside the sum of its experts' published probabilities."""

    department: str
    drawn: int
    expected: Fraction
    share: Fraction
    """Of all seats of the draws in which the department could have had one."""
    expected_share: Fraction


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many subjects needed so many draws."""

    attempts: int
    subjects: int


@dataclass(frozen=True, slots=True)
class RecusalCount:
    """How often experts of a department stood aside on a ground."""

    department: str
    ground: str
    recusals: int


def of_experts(rows: Iterable[DrawChance]) -> list[ExpertCount]:
    """Every expert who could have been drawn, by number; of the department it belonged to last."""
    chances: dict[str, list[float]] = defaultdict(list)
    drawn, latest = Counter[str](), dict[str, DrawChance]()
    for row in rows:
        if row.probability is not None:
            chances[row.expert_no].append(float(Fraction(row.probability)))
            drawn[row.expert_no] += row.drawn
            latest[row.expert_no] = max(row, latest.get(row.expert_no, row), key=lambda one: one.declared_at)
    return [
        ExpertCount(expert, latest[expert].department, counted(each, drawn[expert]))
        for expert, each in sorted(chances.items())
    ]


def of_departments(rows: Iterable[DrawChance]) -> list[DepartmentShare]:
    """Every department that could have had a seat."""
    drawn, expected = Counter[str](), defaultdict[str, Fraction](Fraction)
    seats: dict[str, dict[object, int]] = defaultdict(dict)
    for row in rows:
        if row.probability is not None:
            drawn[row.department] += row.drawn
            expected[row.department] += Fraction(row.probability)
            seats[row.department][row.draw_id] = row.seats
    return [_share(one, drawn[one], expected[one], sum(seats[one].values())) for one in sorted(expected)]


def of_subjects(rows: Iterable[DrawChance]) -> list[Attempts]:
    """How many subjects needed one draw, two, …"""
    latest: dict[str, int] = {}
    for row in rows:
        if row.drawn:
            latest[row.purpose] = max(latest.get(row.purpose, 0), row.attempt)
    return [Attempts(*entry) for entry in sorted(Counter(latest.values()).items())]


def of_recusals(rows: Iterable[DrawChance]) -> list[RecusalCount]:
    """How often experts stood aside, by department and ground."""
    found = Counter((row.department, row.recused) for row in rows if row.recused is not None)
    return [RecusalCount(*key, times) for key, times in sorted(found.items())]


def draws(rows: Sequence[DrawChance]) -> int:
    """In how many draws something of this could be seen."""
    return len({row.draw_id for row in rows})


def _share(department: str, drawn: int, expected: Fraction, seats: int) -> DepartmentShare:
    return DepartmentShare(department, drawn, expected, Fraction(drawn, seats), expected / seats)
