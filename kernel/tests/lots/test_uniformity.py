"""Every lawful panel equally often: 40,000 draws of a small pool, fixed seeds, one false alarm in a million runs."""

from collections import Counter
from datetime import UTC, datetime
from itertools import combinations
from math import erfc, exp, gamma

import pytest

from shenguan_kernel.lots import rules
from shenguan_kernel.lots.encoding import Hashing, tagged
from shenguan_kernel.lots.panels import LawfulPanels, lawful_panels
from shenguan_kernel.lots.pool import Candidate, Snapshot, snapshot
from shenguan_kernel.lots.requirement import Minimum, PanelRule, Trait
from shenguan_kernel.lots.rules import Intent
from shenguan_kernel.lots.seed import index_below
from shenguan_kernel.lots.vrf import VrfKey

pytestmark = pytest.mark.slow
DRAWS = 40_000
FALSE_ALARM = 1e-6


def a_pool(departments: str, qualified: str) -> Snapshot:
    """One letter a candidate: the department, and whether (x) qualified."""
    return snapshot(
        Candidate(f"e-{number:06d}", department, qualifications=("一级",) if mark == "x" else ())
        for number, (department, mark) in enumerate(zip(departments, qualified, strict=True), start=1)
    )


QUOTA_POOL = a_pool("abbccd", "x.x..x")
QUOTA_RULE = PanelRule(3, 1, (Minimum(Trait.QUALIFICATION, "一级", 2),))
CASES = [
    pytest.param(Hashing.SHA256, QUOTA_POOL, QUOTA_RULE, id="a minimum of two and a cap"),
    pytest.param(Hashing.SM3, QUOTA_POOL, QUOTA_RULE, id="the same by SM3"),
    pytest.param(Hashing.SHA256, a_pool("aaabbcc", "......."), PanelRule(2, 2), id="no cap"),
    pytest.param(Hashing.SHA256, a_pool("aabbcc", "......"), PanelRule(4, 2), id="a cap of two"),
    pytest.param(Hashing.SHA256, a_pool("abcdefg", "x.x.x.x"), PanelRule(3, 1), id="one of a department"),
]


def tail(statistic: float, freedom: int) -> float:
    """How likely a chi-square with so many degrees of freedom is at least this large."""
    half, start = statistic / 2, (freedom % 2) / 2
    terms = (half ** (start + step) / gamma(start + step + 1) for step in range(freedom // 2))
    return float(exp(-half) * sum(terms) + (erfc(half**0.5) if start else 0.0))


def chi_square(tally: Counter[tuple[str, ...]], panels: LawfulPanels) -> float:
    expected = tally.total() / panels.count
    lawful = map(panels.at, range(panels.count))
    return sum((tally[panel] - expected) ** 2 / expected for panel in lawful)


def chance_of_worse(tally: Counter[tuple[str, ...]], panels: LawfulPanels) -> float:
    return tail(chi_square(tally, panels), panels.count - 1)


@pytest.mark.parametrize(("hashing", "pool", "rule"), CASES)
def test_every_lawful_panel_comes_equally_often_from_random_seeds(
    hashing: Hashing, pool: Snapshot, rule: PanelRule
) -> None:
    panels = lawful_panels(pool, rule)
    tally: Counter[tuple[str, ...]] = Counter()

    for number in range(DRAWS):
        seed = tagged(hashing, "uniformity", number.to_bytes(4, "big"))
        tally[panels.at(index_below(hashing, seed, panels.count))] += 1

    assert chance_of_worse(tally, panels) > FALSE_ALARM


def test_every_pair_of_candidates_meets_as_often_as_the_lawful_panels_say() -> None:
    panels = lawful_panels(QUOTA_POOL, QUOTA_RULE)
    lawful = Counter(pair for index in range(panels.count) for pair in combinations(panels.at(index), 2))
    drawn: Counter[tuple[str, ...]] = Counter()

    for number in range(DRAWS):
        seed = tagged(Hashing.SHA256, "pairs", number.to_bytes(4, "big"))
        drawn.update(combinations(panels.at(index_below(Hashing.SHA256, seed, panels.count)), 2))

    assert drawn.keys() == lawful.keys()
    for pair, times in lawful.items():
        expected = DRAWS * times / panels.count
        assert abs(drawn[pair] - expected) < 5 * expected**0.5


def test_the_test_itself_detects_the_bias_of_greedy_choice() -> None:
    panels = lawful_panels(a_pool("abbd", "x.x."), PanelRule(2, 1, (Minimum(Trait.QUALIFICATION, "一级", 1),)))
    first, *others = map(panels.at, range(panels.count))
    greedy = Counter({first: DRAWS // 3}) + Counter(dict.fromkeys(others, DRAWS * 2 // 9))

    assert chance_of_worse(greedy, panels) < FALSE_ALARM


def drawn_by_whole_draws(times: int) -> tuple[Counter[tuple[str, ...]], LawfulPanels]:
    key, at = VrfKey(bytes(range(32))), datetime(2026, 3, 2, 1, tzinfo=UTC)
    tally: Counter[tuple[str, ...]] = Counter()
    for number in range(times):
        declaration = rules.declare(Intent(f"draw-{number}", "survey/1", QUOTA_RULE, key.public), QUOTA_POOL, at)
        tally[rules.draw(declaration, QUOTA_POOL, key).panel] += 1
    return tally, lawful_panels(QUOTA_POOL, QUOTA_RULE)


def test_whole_draws_with_their_proofs_are_uniform_too() -> None:
    tally, panels = drawn_by_whole_draws(400)

    assert chance_of_worse(tally, panels) > FALSE_ALARM


@pytest.mark.whole
def test_forty_thousand_whole_draws_with_their_proofs_are_uniform_too() -> None:
    tally, panels = drawn_by_whole_draws(DRAWS)

    assert chance_of_worse(tally, panels) > FALSE_ALARM
