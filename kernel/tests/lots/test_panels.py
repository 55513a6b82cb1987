"""Counting and numbering lawful panels, held to brute force and to the verifier."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from pydantic import TypeAdapter

from shenguan_kernel.lots import verify_draw
from shenguan_kernel.lots.declaration import chances
from shenguan_kernel.lots.panels import RuleTooIntricate, lawful_panels
from shenguan_kernel.lots.pool import Candidate, Snapshot, snapshot
from shenguan_kernel.lots.requirement import Ground, Minimum, PanelRule, Recusal, Trait

FIELDS, QUALIFICATIONS, DEPARTMENTS = ("消防", "建筑"), ("一级", "二级"), ("fire", "housing", "water", "health")
DAYS = ("2026-01-30", "2026-02-27")
RULE_JSON = TypeAdapter(PanelRule)


def a_pool(chance: Random) -> Snapshot:
    candidates = chance.randrange(4, 12)
    return snapshot(
        Candidate(
            id=f"e-{number:06d}",
            department=chance.choice(DEPARTMENTS),
            fields=tuple(chance.sample(FIELDS, chance.choice([0, 1, 1, 2]))),
            qualifications=tuple(chance.sample(QUALIFICATIONS, chance.choice([0, 1, 1, 2]))),
            load=chance.randrange(4),
            last_drawn=chance.choice([None, None, *DAYS]),
            excluded=chance.choice([None] * 15 + ["suspended"]),
        )
        for number in range(candidates)
    )


def a_rule(chance: Random, pool: Snapshot) -> PanelRule:
    seats = chance.choice([1, 2, 2, 3, 3, 4, 5])
    traits = [(Trait.FIELD, name) for name in FIELDS] + [(Trait.QUALIFICATION, name) for name in QUALIFICATIONS]
    traits += [(Trait.DEPARTMENT, name) for name in DEPARTMENTS]
    return PanelRule(
        seats=seats,
        per_department=chance.randrange(1, seats + 1),
        minimums=tuple(
            Minimum(of, name, min(seats, chance.choice([1, 1, 1, 2])))
            for of, name in chance.sample(traits, chance.choice([0, 1, 1, 2, 2, 3]))
        ),
        excluded_departments=tuple(chance.sample(DEPARTMENTS, chance.choice([0, 0, 0, 1]))),
        recusals=tuple(
            Recusal(candidate.id, Ground.RELATIONSHIP, "kinship")
            for candidate in pool.candidates
            if chance.random() < 0.06
        ),
        load_limit=chance.choice([None, None, None, 2, 3]),
        cooling_off=chance.choice([None] * 6 + [*DAYS]),
    )


def rests(candidate: Candidate, rule: PanelRule) -> bool:
    return bool(rule.cooling_off and candidate.last_drawn and candidate.last_drawn >= rule.cooling_off)


def by_brute_force(pool: Snapshot, rule: PanelRule) -> Iterator[tuple[str, ...]]:
    """Every lawful panel, by trying all sets of candidates: the rule read literally."""
    recused = {recusal.candidate for recusal in rule.recusals}
    for members in combinations(pool.candidates, rule.seats):
        present = Counter(candidate.department for candidate in members)
        if (
            all(candidate.excluded is None and candidate.id not in recused for candidate in members)
            and all(candidate.department not in rule.excluded_departments for candidate in members)
            and all(rule.load_limit is None or candidate.load < rule.load_limit for candidate in members)
            and not any(rests(candidate, rule) for candidate in members)
            and max(present.values()) <= rule.per_department
            and all(sum(least.is_met_by(candidate) for candidate in members) >= least.count for least in rule.minimums)
        ):
            yield tuple(candidate.id for candidate in members)


def test_no_panel_is_favoured_in_the_example_where_greedy_choice_is_biased() -> None:
    pool = snapshot(
        [
            Candidate("a", "d1", qualifications=("Q",)),
            Candidate("b", "d2"),
            Candidate("c", "d2", qualifications=("Q",)),
            Candidate("d", "d3"),
        ]
    )
    rule = PanelRule(seats=2, per_department=1, minimums=(Minimum(Trait.QUALIFICATION, "Q", 1),))

    panels = lawful_panels(pool, rule)

    numbered = {panels.at(index) for index in range(panels.count)}
    assert numbered == {("a", "b"), ("a", "c"), ("a", "d"), ("c", "d")}


@pytest.mark.parametrize("campaign", range(6))
def test_count_numbering_and_chances_equal_brute_force_on_random_pools_and_rules(campaign: int) -> None:
    chance = Random(f"brute force {campaign}")
    choices = 0
    for _ in range(300):
        pool = a_pool(chance)
        rule = a_rule(chance, pool)
        lawful = list(by_brute_force(pool, rule))

        panels = lawful_panels(pool, rule)

        assert panels.count == len(lawful)
        assert sorted(map(panels.at, range(panels.count))) == sorted(lawful)
        for group, holding in zip(panels.classes, panels.containing(), strict=True):
            assert {sum(candidate in panel for panel in lawful) for candidate in group.candidates} == {holding}
        choices += len(lawful) > 1
    assert choices >= 84, "too few of the random rules left a choice"


def test_the_verifier_counts_numbers_and_weighs_like_the_service() -> None:
    chance = Random("verifier")
    for _ in range(220):
        pool = a_pool(chance)
        rule = a_rule(chance, pool)
        panels = lawful_panels(pool, rule)

        other = verify_draw.Panels(pool.as_json(), RULE_JSON.dump_python(rule, mode="json"))

        assert other.count == panels.count
        assert [tuple(other.at(index)) for index in range(panels.count)] == list(map(panels.at, range(panels.count)))
        if panels.count:
            published = [(chance.panels, chance.probability) for chance in chances(panels)]
            assert [(entry["panels"], entry["probability"]) for entry in other.inclusion()] == published


def test_the_order_in_which_candidates_fields_and_rules_are_given_changes_nothing() -> None:
    chance = Random("order")
    for _ in range(50):
        pool = a_pool(chance)
        rule = a_rule(chance, pool)
        shuffled_pool = snapshot(
            replace(candidate, fields=tuple(reversed(candidate.fields)))
            for candidate in chance.sample(pool.candidates, len(pool.candidates))
        )
        shuffled_rule = replace(rule, minimums=tuple(reversed(rule.minimums)), recusals=tuple(reversed(rule.recusals)))

        panels, shuffled = lawful_panels(pool, rule), lawful_panels(shuffled_pool, shuffled_rule)

        assert list(map(panels.at, range(panels.count))) == list(map(shuffled.at, range(shuffled.count)))


@pytest.mark.slow
def test_like_candidates_cost_no_more_than_one_of_them() -> None:
    crowd = snapshot(Candidate(f"e-{number:06d}", DEPARTMENTS[number % 4]) for number in range(20_000))

    panels = lawful_panels(crowd, PanelRule(seats=5, per_department=2))

    assert len(panels.classes) == 4
    last = panels.at(panels.count - 1)
    assert len(set(last)) == 5
    assert panels.at(0) != last


@pytest.mark.slow
def test_a_rule_that_would_take_too_long_to_count_is_refused() -> None:
    known = [fields for count in range(5) for fields in combinations("甲乙丙丁", count)]
    pool = snapshot(Candidate(f"e-{number:06d}", f"d-{number % 40}", known[number * 7 % 16]) for number in range(640))
    minimums = tuple(Minimum(Trait.FIELD, field, 5) for field in "甲乙丙丁")

    with pytest.raises(RuleTooIntricate):
        lawful_panels(pool, PanelRule(seats=20, per_department=3, minimums=minimums))


@pytest.mark.parametrize("index", [-1, 1])
def test_a_number_outside_the_count_is_no_panel(index: int) -> None:
    panels = lawful_panels(snapshot([Candidate("a", "fire")]), PanelRule(seats=1, per_department=1))

    with pytest.raises(IndexError):
        panels.at(index)
