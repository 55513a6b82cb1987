"""When no panel is lawful: which parts of the rule stand in each other's way, and what is the least that would help?

Recusals and exclusions are never offered: the law, not convenience, decides on them.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from shenguan_chassis.refusals import Refusal
from shenguan_kernel.lots.census import AnyPool
from shenguan_kernel.lots.panels import RuleTooIntricate, lawful_panels
from shenguan_kernel.lots.requirement import Minimum, PanelRule


class NoLawfulPanel(Refusal, status=409, rule="R30"):
    """没有任何组合符合抽取规则：请按所列冲突项目放宽规则，或增补候选人后重新公告。"""


_Value = int | str


@dataclass(frozen=True, slots=True)
class Relaxation:
    """放宽办法: the smallest change to one part of the rule after which a lawful panel exists."""

    part: str
    """`seats`, `per_department`, `load_limit`, `cooling_off`, `minimum:<of>:<name>` or `excluded_department:<name>`."""
    to: _Value
    """The new value, a day for `cooling_off`; 0 where the part is dropped."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a rule, the values it could take from the smallest change to the greatest, and how to set one."""

    name: str
    values: tuple[_Value, ...]
    changed: Callable[[PanelRule, Any], PanelRule]


def no_lawful_panel(pool: AnyPool, rule: PanelRule) -> NoLawfulPanel:
    """The refusal that explains why this rule allows no panel from this pool (asked only when F = 0)."""
    conflict = _conflict(pool, rule)
    return NoLawfulPanel(
        part=conflict[0], conflict=conflict, relaxations=[asdict(change) for change in _relaxations(pool, rule)]
    )


def _conflict(pool: AnyPool, rule: PanelRule) -> list[str]:
    """Parts that cannot be met together, none of them idle; `seats` if there are too few candidates."""
    standing, conflict = rule, []
    for part in _parts_besides_seats(pool, rule):
        if _helps(pool, standing, part, part.values[-1]):
            conflict.append(part.name)
        else:
            standing = part.changed(standing, part.values[-1])
    return conflict or ["seats"]


def _relaxations(pool: AnyPool, rule: PanelRule) -> Iterator[Relaxation]:
    for part in (*_parts_besides_seats(pool, rule), _seats(rule)):
        for value in part.values:
            if _helps(pool, rule, part, value):
                yield Relaxation(part.name, value)
                break


def _helps(pool: AnyPool, rule: PanelRule, part: _Part, value: _Value) -> bool:
    try:
        return lawful_panels(pool, part.changed(rule, value)).count > 0
    except RuleTooIntricate:  # what cannot be counted is not offered
        return False


def _parts_besides_seats(pool: AnyPool, rule: PanelRule) -> list[_Part]:
    parts = [_minimum(least) for least in rule.minimums]
    parts += [_excluded_department(name) for name in rule.excluded_departments]
    parts += [_load_limit(pool, rule), _cooling_off(pool, rule), _per_department(rule)]
    return [part for part in parts if part.values]


def _minimum(least: Minimum) -> _Part:
    def changed(rule: PanelRule, count: int) -> PanelRule:
        others = tuple(other for other in rule.minimums if (other.of, other.name) != (least.of, least.name))
        return replace(rule, minimums=(*others, replace(least, count=count)) if count else others)

    return _Part(f"minimum:{least.of}:{least.name}", tuple(range(least.count - 1, -1, -1)), changed)


def _excluded_department(name: str) -> _Part:
    def changed(rule: PanelRule, _: int) -> PanelRule:
        return replace(rule, excluded_departments=tuple(set(rule.excluded_departments) - {name}))

    return _Part(f"excluded_department:{name}", (0,), changed)


def _load_limit(pool: AnyPool, rule: PanelRule) -> _Part:
    limit = rule.load_limit
    raised = {candidate.load + 1 for candidate in pool.examples if limit is not None and candidate.load >= limit}
    return _Part("load_limit", tuple(sorted(raised)), lambda standing, value: replace(standing, load_limit=value))


def _cooling_off(pool: AnyPool, rule: PanelRule) -> _Part:
    since = rule.cooling_off
    resting = {one.last_drawn for one in pool.examples if since and one.last_drawn and one.last_drawn >= since}
    later = sorted((date.fromisoformat(day) + timedelta(days=1)).isoformat() for day in resting)
    return _Part("cooling_off", tuple(later), lambda standing, value: replace(standing, cooling_off=value))


def _per_department(rule: PanelRule) -> _Part:
    raised = tuple(range(rule.per_department + 1, rule.seats + 1))
    return _Part("per_department", raised, lambda standing, value: replace(standing, per_department=value))


def _seats(rule: PanelRule) -> _Part:
    fewest = max((least.count for least in rule.minimums), default=1)
    return _Part(
        "seats",
        tuple(range(rule.seats - 1, fewest - 1, -1)),
        lambda standing, value: replace(standing, seats=value, per_department=min(value, standing.per_department)),
    )
