"""The ranges are exact, and the alarm errs no more often than it says."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import comb, exp, prod
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expert_svc.statistics.chance import (
    ERROR,
    FACTORS,
    RARELY,
    Ratios,
    counted,
    distribution,
    log_bound,
    log_ratio,
)

pytestmark = pytest.mark.slow

FRACTIONS = st.fractions(min_value=0, max_value=1, max_denominator=1000)


def brute_force(chances: list[Fraction]) -> list[Fraction]:
    """The exact distribution by listing every outcome."""
    ways = [Fraction(0)] * (len(chances) + 1)
    for outcome in product((0, 1), repeat=len(chances)):
        ways[sum(outcome)] += prod(p if met else 1 - p for p, met in zip(chances, outcome, strict=True))
    return ways


@settings(deadline=None)  # a loaded machine is no fault
@given(st.lists(FRACTIONS, max_size=9))
def test_the_distribution_is_the_one_of_all_outcomes(chances: list[Fraction]) -> None:
    exact, found = brute_force(chances), distribution(Counter(map(float, chances)))

    padded = found + [0.0] * (len(exact) - len(found))
    assert all(abs(one - float(true)) <= 1e-12 * float(true) + 1e-25 for one, true in zip(padded, exact, strict=True))


@settings(deadline=None)  # a loaded machine is no fault
@given(st.lists(FRACTIONS, min_size=1, max_size=9), st.data())
def test_the_range_leaves_out_what_has_less_than_its_share_of_the_error(
    chances: list[Fraction], data: st.DataObject
) -> None:
    ways, drawn = brute_force(chances), data.draw(st.integers(0, len(chances)))

    count = counted(Counter(map(float, chances)), drawn)

    half, margin = ERROR / 2, Fraction(1, 10**12)
    assert sum(ways[: count.least]) <= half + margin
    assert sum(ways[count.most + 1 :]) <= half + margin
    assert sum(ways[: count.least + 1]) > half - margin
    assert sum(ways[count.most :]) > half - margin
    assert count.expected == pytest.approx(float(sum(chances)))


@settings(deadline=None)  # a loaded machine is no fault
@given(st.lists(FRACTIONS, min_size=1, max_size=9), st.data())
def test_the_tail_is_the_probability_of_being_as_far_out(chances: list[Fraction], data: st.DataObject) -> None:
    ways, drawn = brute_force(chances), data.draw(st.integers(0, len(chances)))

    tail = counted(Counter(map(float, chances)), drawn).tail

    exact = min(Fraction(1), 2 * min(sum(ways[: drawn + 1]), sum(ways[drawn:])))
    assert tail == pytest.approx(float(exact), abs=1e-12)


def test_a_thousand_draws_keep_the_probabilities_of_rare_counts() -> None:
    found = distribution({0.125: 1000})

    assert sum(found) == pytest.approx(1)
    assert found[50] == pytest.approx(comb(1000, 50) * 0.125**50 * 0.875**950, rel=1e-9)


@settings(deadline=None)  # a loaded machine is no fault
@given(st.floats(0.001, 0.999), st.sampled_from(FACTORS))
def test_a_ratio_is_one_on_average_where_the_lot_is_fair(chance: float, factor: float) -> None:
    mean = chance * exp(log_ratio(factor, chance, drawn=True)) + (1 - chance) * exp(
        log_ratio(factor, chance, drawn=False)
    )

    assert mean == pytest.approx(1)


def test_all_looks_of_all_families_together_have_less_than_the_stated_error() -> None:
    spent = 2 * sum(exp(-log_bound(look, 2)) for look in range(1, 200_000))

    assert spent < 1 / RARELY
    assert spent == pytest.approx(1 / RARELY, rel=1e-4)


def test_a_draw_taken_back_leaves_no_trace() -> None:
    chances = {"a": 0.25, "b": 0.5}
    once = Ratios().with_draw(chances, ["a"])

    twice = once.with_draw({"a": 0.1, "b": 0.2}, ["b"]).without_draw({"a": 0.1, "b": 0.2}, ["b"])

    assert twice.of == {expert: pytest.approx(ratios) for expert, ratios in once.of.items()}


def alarm(draws: Iterator[tuple[dict[str, float], list[str]]]) -> int | None:
    """After how many draws the alarm goes off; None if it never does."""
    ratios = Ratios()
    for look, (chances, panel) in enumerate(draws, start=1):
        ratios = ratios.with_draw(chances, panel)
        if ratios.evidence()[0] >= log_bound(look, 2):
            return look
    return None


EXPERTS = [f"e-{number:06d}" for number in range(1, 23)]


def fair(chance: Random, draws: int) -> Iterator[tuple[dict[str, float], list[str]]]:
    """Panels of three of twenty-two, of whom some rest now and then."""
    for _ in range(draws):
        present = [expert for expert in EXPERTS if chance.random() < 0.8] or EXPERTS
        yield dict.fromkeys(present, min(1.0, 3 / len(present))), chance.sample(present, min(3, len(present)))


def with_a_friend(chance: Random, draws: int) -> Iterator[tuple[dict[str, float], list[str]]]:
    """The same, but one expert is put in whenever the lot left it out and nobody looks: two times in five."""
    for chances, panel in fair(chance, draws):
        seated = EXPERTS[4] in chances and EXPERTS[4] not in panel and chance.random() < 0.4
        yield chances, [EXPERTS[4], *panel[1:]] if seated else panel


def test_ten_thousand_fair_draws_raise_no_alarm() -> None:
    assert alarm(fair(Random("fair"), 10_000)) is None


def test_many_short_fair_records_raise_no_alarm() -> None:
    assert [alarm(fair(Random(f"fair {record}"), 60)) for record in range(150)] == [None] * 150


def test_an_expert_who_is_drawn_too_often_is_noticed_soon() -> None:
    noticed = [alarm(with_a_friend(Random(f"friend {record}"), 300)) or 301 for record in range(20)]

    assert max(noticed) <= 300
    assert sum(noticed) / 20 < 150


def test_an_expert_who_is_never_drawn_is_noticed() -> None:
    def without() -> Iterator[tuple[dict[str, float], list[str]]]:
        chance = Random("never")
        for _ in range(400):
            yield dict.fromkeys(EXPERTS, 3 / 22), chance.sample(EXPERTS[1:], 3)

    assert alarm(without()) is not None
