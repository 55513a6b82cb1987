"""How many times could chance draw an expert, and from when on does chance no longer explain what was drawn?

Each draw publishes every expert's exact probability p before any randomness is known, and draws are independent of one
another. So an expert's count over n draws has exactly the Poisson-binomial distribution of the n probabilities, however
the members of one panel depend on each other; Clopper–Pearson would need one and the same p throughout.

For an alarm that is looked at after every draw, a p-value would err more often with each look. A likelihood ratio
against a lot in which the expert's odds are multiplied by a factor has expectation 1 under the fair lot at every look:
by Markov it reaches b with probability at most 1/b, and so do mixtures and means of such ratios, however dependent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import accumulate
from math import exp, log, log1p

ERROR = Fraction(1, 100)
"""How often an expert's count lies outside its range though every draw was fair; half of it on each side."""
RARELY = 10_000
"""An alarm is raised by chance at most once in so many lives of the whole record, all looks and experts together."""
FACTORS = (1 / 8, 1 / 4, 1 / 2, 2.0, 4.0, 8.0)
"""By what the odds of an expert might be multiplied where the lot is not fair; each gets the same weight."""

_NEGLIGIBLE = 1e-30


def distribution(chances: Iterable[float]) -> list[float]:
    """The probabilities of 0, 1, 2, … successes in independent trials with these chances (each from 0 to 1).

    Sums of products of non-negative numbers keep their precision; what is below 1e-30 at either end is taken for none.
    """
    none, ways = 0, [1.0]
    for chance in chances:
        missed, met = 1.0 - chance, chance
        ways = [missed * stay + met * come for stay, come in zip((*ways, 0.0), (0.0, *ways), strict=True)]
        if ways[-1] < _NEGLIGIBLE:
            ways.pop()
        while ways[0] < _NEGLIGIBLE:
            none += 1
            del ways[0]
    return [0.0] * none + ways


@dataclass(frozen=True, slots=True)
class Count:
    """抽中次数 beside what chance makes of it."""

    draws: int
    drawn: int
    expected: float
    """The sum of the published probabilities."""
    least: int
    most: int
    """The count lies outside least … most with a probability below ERROR, below half of it on each side."""
    tail: float
    """How likely a count is that is at least as far out on this side, doubled; at most 1."""


def counted(chances: Sequence[float], drawn: int) -> Count:
    """An expert's count over draws with these probabilities."""
    ways = distribution(chances)
    below, above = list(accumulate(ways)), list(accumulate(reversed(ways)))[::-1]
    half = float(ERROR / 2)
    least = next(count for count, chance in enumerate(below) if chance > half)
    most = max(count for count, chance in enumerate(above) if chance > half)
    tail = min(_at(below, drawn, beyond=1.0), _at(above, drawn, beyond=0.0))
    return Count(len(chances), drawn, sum(chances), least, most, min(1.0, 2 * tail))


def _at(tails: Sequence[float], count: int, *, beyond: float) -> float:
    return tails[count] if count < len(tails) else beyond


@dataclass(frozen=True, slots=True)
class Ratios:
    """似然比: by how much each factor explains the draws better than the fair lot, as logarithms for each expert."""

    of: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def with_draw(self, chances: Mapping[str, float], panel: Iterable[str]) -> Ratios:
        """The ratios after one more draw."""
        return self._changed(chances, frozenset(panel), 1)

    def without_draw(self, chances: Mapping[str, float], panel: Iterable[str]) -> Ratios:
        """The ratios as if a draw had not been: it was voided."""
        return self._changed(chances, frozenset(panel), -1)

    def evidence(self) -> tuple[float, str | None]:
        """Logarithm of the mean over all experts and factors, and the expert who weighs most in it."""
        weights = {expert: log_mean(ratios) for expert, ratios in self.of.items()}
        if not weights:
            return 0.0, None
        return log_mean(tuple(weights.values())), max(weights, key=lambda expert: (weights[expert], expert))

    def _changed(self, chances: Mapping[str, float], panel: frozenset[str], sign: int) -> Ratios:
        changed = dict(self.of)
        for expert, chance in chances.items():
            before = changed.get(expert, (0.0,) * len(FACTORS))
            said = (log_ratio(factor, chance, expert in panel) for factor in FACTORS)
            changed[expert] = tuple(old + sign * new for old, new in zip(before, said, strict=True))
        return replace(self, of=changed)


def log_ratio(factor: float, chance: float, drawn: bool) -> float:
    """How much better odds multiplied by a factor explain that an expert was drawn, or was not."""
    return (log(factor) if drawn else 0.0) - log1p((factor - 1.0) * chance)


def log_mean(logarithms: Sequence[float]) -> float:
    """The logarithm of the mean of numbers given by their logarithms."""
    greatest = max(logarithms)
    return greatest + log(sum(exp(one - greatest) for one in logarithms) / len(logarithms))


def log_bound(look: int, families: int) -> float:
    """What the evidence must reach at a look (from 1) to be an alarm.

    1/(look·(look+1)) sums to 1 over all looks, and each family has its share: so all false alarms together have a
    probability of at most 1 in RARELY.
    """
    return log(RARELY) + log(families) + log(look) + log(look + 1)
