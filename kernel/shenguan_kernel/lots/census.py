"""Who could be drawn from a pool too long to print? Like candidates form kinds; the declaration holds the kinds.

F and every probability follow from the kinds and how many each has, so they stay open to everybody; that the drawn
stand where the lot says is shown by a proof each (tree.py). Meant for a list of firms, where a snapshot is for experts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, filterfalse
from typing import Any, ClassVar, overload

from shenguan_kernel.lots.encoding import Hashing, canonical
from shenguan_kernel.lots.pool import Candidate, PoolInconsistent, Snapshot, are_candidate_ids, is_candidate_id, settled
from shenguan_kernel.lots.tree import Tree, tree_over

_Traits = tuple[str, tuple[str, ...], tuple[str, ...], int, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """同类: candidates whom nothing but their numbers tells apart."""

    like: Candidate
    """The first of them: in all but its number it stands for every one."""
    members: tuple[str, ...]
    """Their numbers, in order."""
    tree: Tree

    def traits(self) -> dict[str, Any]:
        """What they have in common, as it is hashed."""
        return _traits(self.like)

    def as_json(self) -> dict[str, Any]:
        """What the declaration's digest is taken over, and the certificate shows."""
        return {**self.traits(), "count": len(self.members), "root": self.tree.root.hex()}

    def place_of(self, candidate: str) -> int | None:
        """Where a number stands among the members; None if it is not one of them."""
        place = bisect_left(self.members, candidate)
        return place if self.members[place : place + 1] == (candidate,) else None


@dataclass(frozen=True, slots=True)
class Census:
    """名录: a pool by kinds, committed under one hash. Built by `census`, never changed."""

    hashing: Hashing
    kinds: tuple[Kind, ...]
    form: ClassVar[str] = "kinds"
    """As the declaration names this way to commit a pool."""

    def __len__(self) -> int:
        return sum(len(kind.members) for kind in self.kinds)

    @property
    def examples(self) -> tuple[Candidate, ...]:
        """One candidate of each kind."""
        return tuple(kind.like for kind in self.kinds)

    def as_json(self) -> list[dict[str, Any]]:
        """The list that is hashed into the declaration and printed in the certificate."""
        return [kind.as_json() for kind in self.kinds]

    @property
    def text(self) -> bytes:
        """The same as canonical JSON."""
        return canonical(self.as_json())

    def listing(self) -> Iterator[str]:
        """The whole list, to be published beside the certificate: kind and number, a line each."""
        for number, kind in enumerate(self.kinds):
            yield from (f"{number} {member}\n" for member in kind.members)

    def found(self, candidate: str) -> tuple[int, int] | None:
        """The kind and the place at which a number stands; None if it is nowhere."""
        places = ((number, kind.place_of(candidate)) for number, kind in enumerate(self.kinds))
        return next(((number, place) for number, place in places if place is not None), None)

    def proofs(self, candidates: Iterable[str]) -> list[dict[str, Any]]:
        """Where each number stands, and the proof of it, by kind and place. Raises KeyError for an unknown one."""
        return [self._proof(kind, place) for kind, place in sorted(map(self._place, candidates))]

    def departments_of(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Whose candidates these are: each department once, in order."""
        return tuple(sorted({self.kinds[kind].like.department for kind, _ in map(self._place, ids)}))

    def _place(self, candidate: str) -> tuple[int, int]:
        if (found := self.found(candidate)) is None:
            raise KeyError(candidate)
        return found

    def _proof(self, number: int, place: int) -> dict[str, Any]:
        kind = self.kinds[number]
        proof = kind.tree.proof(kind.members, place)
        path = [node.hex() for node in proof.path]
        block = list(proof.block)
        return {"candidate": kind.members[place], "kind": number, "place": place, "block": block, "path": path}


AnyPool = Snapshot | Census
"""What can be drawn from."""


class Members(Sequence[str]):
    """Those of some kinds who may be drawn, kind after kind, in the order of their places; nothing is copied."""

    def __init__(self, kinds: Sequence[Kind], absent: frozenset[str]) -> None:
        self._kinds = [(kind.members, _places(kind, absent)) for kind in kinds]
        self._ends = list(accumulate(len(members) - len(out) for members, out in self._kinds))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        """The member with this number; a slice is not offered."""
        if isinstance(at, slice) or not 0 <= at < len(self):
            raise IndexError(at)
        kind = bisect_right(self._ends, at)
        members, out = self._kinds[kind]
        place = at - (self._ends[kind - 1] if kind else 0)
        for absent in out:  # in order, so that each one before the place moves it on by one
            place += absent <= place
        return members[place]


def census(candidates: Iterable[Candidate], hashing: Hashing) -> Census:
    """Commit a long pool; the order in which candidates come does not matter. Raises PoolInconsistent."""
    by_traits: dict[_Traits, list[str]] = {}
    for one in candidates:
        traits = (one.department, one.fields, one.qualifications, one.load, one.last_drawn, one.excluded)
        if (ids := by_traits.get(traits)) is None:
            ids = by_traits[traits] = []
        ids.append(one.id)
    _refuse_ids(by_traits.values())
    return Census(hashing, tuple(_kinds(by_traits, hashing)))


def _kinds(by_traits: dict[_Traits, list[str]], hashing: Hashing) -> Iterator[Kind]:
    """Kinds in the order of their canonical traits; one and the same traits given in several orders are one kind."""
    together: dict[Candidate, list[str]] = {}
    for (department, fields, qualifications, load, last_drawn, excluded), ids in by_traits.items():
        like = settled(Candidate(ids[0], department, fields, qualifications, load, last_drawn, excluded))
        together.setdefault(replace(like, id=""), []).extend(ids)
    for like in sorted(together, key=lambda one: canonical(_traits(one))):
        members = tuple(sorted(together[like]))
        yield Kind(replace(like, id=members[0]), members, tree_over(hashing, members))


def _traits(like: Candidate) -> dict[str, Any]:
    return {
        "department": like.department,
        "fields": list(like.fields),
        "qualifications": list(like.qualifications),
        "load": like.load,
        "last_drawn": like.last_drawn,
        "excluded": like.excluded,
    }


def _refuse_ids(lists: Iterable[list[str]]) -> None:
    """Raise PoolInconsistent for a malformed number, or for one that occurs twice."""
    listed = [one for ids in lists for one in ids]
    if not are_candidate_ids(listed):
        malformed = next(filterfalse(is_candidate_id, listed))
        raise PoolInconsistent(place="id", problem="malformed", candidate=ascii(malformed))
    if len(set(listed)) != len(listed):
        raise PoolInconsistent(place="id", problem="doubled")


def _places(kind: Kind, absent: frozenset[str]) -> list[int]:
    found = map(kind.place_of, absent)
    return sorted(place for place in found if place is not None)
