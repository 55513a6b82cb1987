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
from math import exp, fsum, log, log1p
from typing import Final

ERROR = Fraction(1, 100)
"""How often an expert's count lies outside its range though every draw was fair; half of it on each side."""
RARELY = 10_000
"""An alarm is raised by chance at most once in so many lives of the whole record, all looks and experts together."""
FACTORS = (1 / 8, 1 / 4, 1 / 2, 2.0, 4.0, 8.0)
"""By what the odds of an expert might be multiplied where the lot is not fair; each gets the same weight."""

_NEGLIGIBLE = 1e-30
_ONE: Final = 2.0**112
_SLOT: Final = 29
"""Bytes in which a sum of products of such numbers has room: it is at most 2**224, for all chances sum to one."""


def distribution(chances: Mapping[float, int]) -> list[float]:
    """The probabilities of 0, 1, 2, … successes in independent trials: so many of each chance (from 0 to 1).

    Exact to 1e-30: what is below 1e-30 at either end is taken for none.
    """
    none, ways = 0, [1.0]
    for chance, trials in sorted(chances.items(), key=lambda one: one[1]):
        least, spread = _binomial(chance, trials)
        none, ways = none + least, _sums(ways, spread)
        ahead = next(place for place, way in enumerate(ways) if way >= _NEGLIGIBLE)
        after = next(place for place, way in enumerate(reversed(ways)) if way >= _NEGLIGIBLE)
        none, ways = none + ahead, ways[ahead : len(ways) - after]
    return [0.0] * none + ways


def _binomial(chance: float, trials: int) -> tuple[int, list[float]]:
    """The least count that is not negligible, and the probabilities from it on: outwards from the likeliest count."""
    if chance in {0.0, 1.0}:
        return trials * int(chance), [1.0]
    likeliest, odds = int((trials + 1) * chance), chance / (1.0 - chance)
    likeliest = min(likeliest, trials)
    above, below = [1.0], [1.0]
    for count in range(likeliest, trials):
        above.append(above[-1] * odds * (trials - count) / (count + 1))
        if above[-1] < _NEGLIGIBLE:
            break
    for count in range(likeliest, 0, -1):
        below.append(below[-1] / odds * count / (trials - count + 1))
        if below[-1] < _NEGLIGIBLE:
            break
    found = [*reversed(below), *above[1:]]
    whole = fsum(found)
    return likeliest - len(below) + 1, [one / whole for one in found]


def _sums(one: list[float], other: list[float]) -> list[float]:
    """The distribution of the sum of two independent counts, to 1e-30.

    Two polynomials multiplied as two long integers, a slot for each coefficient: some ten times as fast as by loops.
    """
    raw = (_packed(one) * _packed(other)).to_bytes((len(one) + len(other)) * _SLOT, "little")
    slots = (raw[place : place + _SLOT] for place in range(0, len(raw) - _SLOT, _SLOT))
    return [int.from_bytes(slot, "little") / _ONE**2 for slot in slots]


def _packed(chances: list[float]) -> int:
    return int.from_bytes(b"".join(int(chance * _ONE).to_bytes(_SLOT, "little") for chance in chances), "little")


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


def counted(chances: Mapping[float, int], drawn: int) -> Count:
    """An expert's count over draws: so many of each probability."""
    ways = distribution(chances)
    below, above = list(accumulate(ways)), list(accumulate(reversed(ways)))[::-1]
    half = float(ERROR / 2)
    least = next(count for count, chance in enumerate(below) if chance > half)
    most = max(count for count, chance in enumerate(above) if chance > half)
    tail = min(_at(below, drawn, beyond=1.0), _at(above, drawn, beyond=0.0))
    expected = fsum(chance * draws for chance, draws in chances.items())
    return Count(sum(chances.values()), drawn, expected, least, most, min(1.0, 2 * tail))


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
