"""What do the draws add up to? Counts beside the published chances, for experts, departments, subjects and recusals.

The database counts, over the rows that the reader may see (all of them, or those of one department's experts); here
the published probabilities, which are exact fractions, are added and compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .chance import Count, counted


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


def of_experts(tallies: Iterable[Mapping[str, Any]]) -> list[ExpertCount]:
    """Every expert who could have been drawn, by number; of the department it belonged to last."""
    chances, drawn = defaultdict[str, Counter[float]](Counter), Counter[str]()
    latest: dict[str, Mapping[str, Any]] = {}
    for row in tallies:
        expert = row["expert_no"]
        chances[expert][float(Fraction(row["probability"]))] += row["draws"]
        drawn[expert] += row["drawn"]
        latest[expert] = max(row, latest.get(expert, row), key=lambda one: one["latest"])
    return [
        ExpertCount(expert, latest[expert]["department"], counted(each, drawn[expert]))
        for expert, each in sorted(chances.items())
    ]


def of_departments(tallies: Iterable[Mapping[str, Any]], seats: Iterable[Mapping[str, Any]]) -> list[DepartmentShare]:
    """Every department that could have had a seat."""
    drawn, expected = Counter[str](), defaultdict[str, Fraction](Fraction)
    for row in tallies:
        drawn[row["department"]] += row["drawn"]
        expected[row["department"]] += Fraction(row["probability"]) * row["draws"]
    within_reach = {row["department"]: int(row["seats"]) for row in seats}
    return [_share(one, drawn[one], expected[one], within_reach[one]) for one in sorted(expected)]


def of_subjects(rows: Iterable[Mapping[str, Any]]) -> list[Attempts]:
    """How many subjects needed one draw, two, …"""
    return [Attempts(row["attempts"], row["subjects"]) for row in rows]


def of_recusals(rows: Iterable[Mapping[str, Any]]) -> list[RecusalCount]:
    """How often experts stood aside, by department and ground."""
    return [RecusalCount(row["department"], row["ground"], row["recusals"]) for row in rows]


def _share(department: str, drawn: int, expected: Fraction, seats: int) -> DepartmentShare:
    return DepartmentShare(department, drawn, expected, Fraction(drawn, seats), expected / seats)
