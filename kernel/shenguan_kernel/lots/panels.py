"""How many panels satisfy the rule, how often is each candidate in one, and which is number u?

Counting goes class by class over the states a half-filled panel can be in. Every lawful panel has exactly one number
below `count`, so a uniform number is a uniform panel; greedy choice, with or without looking ahead, is not uniform.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache, partial
from math import comb

from shenguan_chassis.refusals import Refusal
from shenguan_kernel.lots.census import AnyPool
from shenguan_kernel.lots.requirement import CandidateClass, PanelRule, classes_of, ineligible_in

MOST_STATES = 100_000
"""How many states counting may visit: about a second of work."""

_State = tuple[int, int, tuple[int, ...]]
"""Seats still empty, members already taken from this department, what each minimum still lacks."""
_Move = tuple[int, int, _State]
"""Take so many from the class, in so many ways, and be in that state before the next class."""


class RuleTooIntricate(Refusal, status=422, rule="R30"):
    """抽取规则过于复杂，无法及时算出组合数：请减少最低人数要求的项数或席位后重新公告。"""


class LawfulPanels:
    """合法组合: every set of candidates that satisfies the rule, counted and numbered but never listed.

    Raises RuleTooIntricate if counting would take too long.
    """

    def __init__(self, classes: tuple[CandidateClass, ...], rule: PanelRule) -> None:
        self.classes = classes
        self._start: _State = (rule.seats, 0, tuple(least.count for least in rule.minimums))
        self._moves = _moves_by_class(classes, rule, self._start)
        self._ways = _ways_onward(self._moves, (0, 0, (0,) * len(rule.minimums)))
        self.count = self._ways[0].get(self._start, 0)
        """F, 合法组合数."""

    def at(self, index: int) -> tuple[str, ...]:
        """The panel with this number, in the order of ids. Raises IndexError unless 0 ≤ index < count."""
        if not 0 <= index < self.count:
            raise IndexError(f"there are {self.count} lawful panels, none has the number {index}")
        state, panel = self._start, []
        for place, group in enumerate(self.classes):
            take, within, index, state = self._descend(place, state, index)
            panel += [group.candidates[member] for member in _combination(within, take, len(group.candidates))]
        return tuple(sorted(panel))

    def containing(self) -> tuple[int, ...]:
        """For each class, how many lawful panels hold any one given member of it; by `count` it is the probability."""
        counts = []
        reached = {self._start: 1}
        for place, group in enumerate(self.classes):
            ways, following, with_member = self._ways[place + 1], dict[_State, int](), 0
            beside = _subsets(len(group.candidates) - 1, self._start[0])
            for state, paths in reached.items():
                for take, subsets, after in self._moves[place][state]:
                    following[after] = following.get(after, 0) + paths * subsets
                    if take:
                        with_member += paths * beside[take - 1] * ways.get(after, 0)
            counts.append(with_member)
            reached = following
        return tuple(counts)

    def _descend(self, place: int, state: _State, index: int) -> tuple[int, int, int, _State]:
        """How many of this class the panel holds, which of their subsets, what remains of the index, the next state."""
        for take, subsets, after in self._moves[place][state]:
            ways = self._ways[place + 1].get(after, 0)
            if index < subsets * ways:
                within, remainder = divmod(index, ways)
                return take, within, remainder, after
            index -= subsets * ways
        raise AssertionError("an index below the count always falls into a block")


def lawful_panels(pool: AnyPool, rule: PanelRule) -> LawfulPanels:
    """Count and number the panels that a rule allows in a pool; the count may be zero."""
    return counted(classes_of(pool, rule, ineligible_in(pool, rule)), rule)


@lru_cache(maxsize=2)  # what was declared is drawn from soon; a table may be large, so few are held
def counted(classes: tuple[CandidateClass, ...], rule: PanelRule) -> LawfulPanels:
    """The same of candidates by classes: counted once for a declaration and the draw that follows it."""
    return LawfulPanels(classes, rule)


def _moves_by_class(
    classes: tuple[CandidateClass, ...], rule: PanelRule, start: _State
) -> list[dict[_State, tuple[_Move, ...]]]:
    frontier, moves, visited = {start}, [], 0
    room = _room_onward(classes, rule.per_department)
    for place, group in enumerate(classes):
        visited += len(frontier)
        if visited > MOST_STATES:
            raise RuleTooIntricate(states=visited, most=MOST_STATES)
        last = place + 1 == len(classes) or classes[place + 1].department != group.department
        counts_on = rule.is_capped and not last
        step = _Step(
            group, rule.per_department, counts_on, room[place + 1], _subsets(len(group.candidates), rule.seats)
        )
        from_here = {state: step.moves(state) for state in frontier}
        moves.append(from_here)
        frontier = {after for options in from_here.values() for _, _, after in options}
    return moves


def _room_onward(classes: tuple[CandidateClass, ...], cap: int) -> list[int]:
    """For each class, how many seats it and those after it could fill at most: states beyond that are not followed."""
    room = [0]
    for group in reversed(classes):
        room.append(room[-1] + min(cap, len(group.candidates)))
    return room[::-1]


@dataclass(frozen=True, slots=True)
class _Step:
    """What can be taken from one class."""

    group: CandidateClass
    cap: int
    counts_on: bool
    """Whether members taken here still count against the department's cap at the next class."""
    room: int
    """Seats that the classes after this one can fill at most."""
    subsets: tuple[int, ...]
    """In how many ways 0, 1, 2, … of the class can be taken."""

    def moves(self, state: _State) -> tuple[_Move, ...]:
        """Every number of members to take from which the panel may still be completed."""
        empty, taken, lacking = state
        size = len(self.group.candidates)
        options = []
        for take in range(max(0, empty - self.room), min(size, self.cap - taken, empty) + 1):
            still = self._still_lacking(lacking, take)
            if max(still, default=0) <= empty - take:
                after = (empty - take, taken + take if self.counts_on else 0, still)
                options.append((take, self.subsets[take], after))
        return tuple(options)

    def _still_lacking(self, lacking: tuple[int, ...], take: int) -> tuple[int, ...]:
        if not (take and self.group.meets):
            return lacking
        remaining = list(lacking)
        for place in self.group.meets:
            remaining[place] = max(0, remaining[place] - take)
        return tuple(remaining)


def _subsets(size: int, most: int) -> tuple[int, ...]:
    """How many subsets of 0, 1, … `most` members a class of this size has; each from the one before."""
    ways = [1]
    for taken in range(min(size, most)):
        ways.append(ways[-1] * (size - taken) // (taken + 1))
    return tuple(ways)


def _ways_onward(moves: list[dict[_State, tuple[_Move, ...]]], end: _State) -> list[dict[_State, int]]:
    """For each class and state, in how many ways the panel can be completed from there."""
    ways: list[dict[_State, int]] = [{end: 1}]
    for from_here in reversed(moves):
        following = ways[-1].get
        ways.append(
            {
                state: sum(subsets * following(after, 0) for _, subsets, after in options)
                for state, options in from_here.items()
            }
        )
    return ways[::-1]


def _combination(number: int, take: int, size: int) -> list[int]:
    """The subset of {0 … size-1} with this number in the combinatorial number system (colexicographic order)."""
    members = []
    for left in range(take, 0, -1):
        member = bisect_right(range(size), number, key=partial(_subsets_below, left)) - 1
        number -= comb(member, left)
        members.append(member)
    return members


def _subsets_below(take: int, member: int) -> int:
    """How many subsets of so many members have only members below this one."""
    return comb(member, take)
