"""Counting and numbering lawful panels, held to brute force and to the verifier."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from pydantic import TypeAdapter

from expert_svc.certificates import verify_draw
from expert_svc.draws.declaration import chances
from expert_svc.draws.panels import RuleTooIntricate, lawful_panels
from expert_svc.draws.pool import Expert, Snapshot, snapshot
from expert_svc.draws.requirement import Ground, Minimum, PanelRule, Recusal, Trait

FIELDS, QUALIFICATIONS, DEPARTMENTS = ("消防", "建筑"), ("一级", "二级"), ("fire", "housing", "water", "health")
DAYS = ("2026-01-30", "2026-02-27")
RULE_JSON = TypeAdapter(PanelRule)


def a_pool(chance: Random) -> Snapshot:
    experts = chance.randrange(4, 12)
    return snapshot(
        Expert(
            id=f"e-{number:06d}",
            department=chance.choice(DEPARTMENTS),
            fields=tuple(chance.sample(FIELDS, chance.choice([0, 1, 1, 2]))),
            qualifications=tuple(chance.sample(QUALIFICATIONS, chance.choice([0, 1, 1, 2]))),
            load=chance.randrange(4),
            last_drawn=chance.choice([None, None, *DAYS]),
            excluded=chance.choice([None] * 15 + ["suspended"]),
        )
        for number in range(experts)
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
            Recusal(expert.id, Ground.RELATIONSHIP, "kinship") for expert in pool.experts if chance.random() < 0.06
        ),
        load_limit=chance.choice([None, None, None, 2, 3]),
        cooling_off=chance.choice([None] * 6 + [*DAYS]),
    )


def rests(expert: Expert, rule: PanelRule) -> bool:
    return bool(rule.cooling_off and expert.last_drawn and expert.last_drawn >= rule.cooling_off)


def by_brute_force(pool: Snapshot, rule: PanelRule) -> Iterator[tuple[str, ...]]:
    """Every lawful panel, by trying all sets of experts: the rule read literally."""
    recused = {recusal.expert for recusal in rule.recusals}
    for members in combinations(pool.experts, rule.seats):
        present = Counter(expert.department for expert in members)
        if (
            all(expert.excluded is None and expert.id not in recused for expert in members)
            and all(expert.department not in rule.excluded_departments for expert in members)
            and all(rule.load_limit is None or expert.load < rule.load_limit for expert in members)
            and not any(rests(expert, rule) for expert in members)
            and max(present.values()) <= rule.per_department
            and all(sum(least.is_met_by(expert) for expert in members) >= least.count for least in rule.minimums)
        ):
            yield tuple(expert.id for expert in members)


def test_no_panel_is_favoured_in_the_example_where_greedy_choice_is_biased() -> None:
    pool = snapshot(
        [
            Expert("a", "d1", qualifications=("Q",)),
            Expert("b", "d2"),
            Expert("c", "d2", qualifications=("Q",)),
            Expert("d", "d3"),
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
            assert {sum(expert in panel for panel in lawful) for expert in group.experts} == {holding}
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


def test_the_order_in_which_experts_fields_and_rules_are_given_changes_nothing() -> None:
    chance = Random("order")
    for _ in range(50):
        pool = a_pool(chance)
        rule = a_rule(chance, pool)
        shuffled_pool = snapshot(
            replace(expert, fields=tuple(reversed(expert.fields)))
            for expert in chance.sample(pool.experts, len(pool.experts))
        )
        shuffled_rule = replace(rule, minimums=tuple(reversed(rule.minimums)), recusals=tuple(reversed(rule.recusals)))

        panels, shuffled = lawful_panels(pool, rule), lawful_panels(shuffled_pool, shuffled_rule)

        assert list(map(panels.at, range(panels.count))) == list(map(shuffled.at, range(shuffled.count)))


def test_like_experts_cost_no_more_than_one_of_them() -> None:
    crowd = snapshot(Expert(f"e-{number:06d}", DEPARTMENTS[number % 4]) for number in range(20_000))

    panels = lawful_panels(crowd, PanelRule(seats=5, per_department=2))

    assert len(panels.classes) == 4
    last = panels.at(panels.count - 1)
    assert len(set(last)) == 5
    assert panels.at(0) != last


def test_a_rule_that_would_take_too_long_to_count_is_refused() -> None:
    known = [fields for count in range(5) for fields in combinations("甲乙丙丁", count)]
    pool = snapshot(Expert(f"e-{number:06d}", f"d-{number % 40}", known[number * 7 % 16]) for number in range(640))
    minimums = tuple(Minimum(Trait.FIELD, field, 5) for field in "甲乙丙丁")

    with pytest.raises(RuleTooIntricate):
        lawful_panels(pool, PanelRule(seats=20, per_department=3, minimums=minimums))


@pytest.mark.parametrize("index", [-1, 1])
def test_a_number_outside_the_count_is_no_panel(index: int) -> None:
    panels = lawful_panels(snapshot([Expert("a", "fire")]), PanelRule(seats=1, per_department=1))

    with pytest.raises(IndexError):
        panels.at(index)
