"""Which members of a sub-list still stand, and whom of them does a line mean?"""

from __future__ import annotations

from collections.abc import Sequence

from ..pools.rules import Expert, ExpertState, Nominee


def standing(members: Sequence[Expert]) -> list[Expert]:
    """Those of a sub-list who are still on it: not returned, not removed."""
    return [one for one in members if one.state not in (ExpertState.RETURNED, ExpertState.REMOVED)]


def known_as(members: Sequence[Expert], nominee: Nominee) -> Expert | None:
    """Who of a sub-list a line means: the one of the same name, else of the same mobile phone."""
    for datum in ("name", "mobile"):
        said = getattr(nominee, datum)
        found = [one for one in members if said is not None and getattr(one, datum) == said]
        if found:
            return found[0]
    return None
