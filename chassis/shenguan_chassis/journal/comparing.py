"""Is a log the one that others saw? Its heads beside those that they witnessed: what was made anew, or cut, differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from .faults import Fault, Finding


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A head that service `by` keeps of another's log: at which seal, over how many entries, under which key."""

    by: str
    seal: int
    last: int
    head: bytes
    key: bytes


def contradictions(
    heads: Mapping[int, tuple[int, bytes]], seen: Iterable[Witnessed], known: Collection[bytes]
) -> list[Finding]:
    """Where a log, told by its heads (entries, hash) by seal, is not what was seen; of each witness the first place.

    Seals without a head in `heads` are not judged, but those beyond its end are.
    """
    end = max(heads, default=0)
    last = heads[end][0] if end else 0
    found: dict[str, Finding] = {}
    agreed: dict[str, int] = {}
    for one in sorted(seen, key=lambda one: one.seal):
        if one.by in found or (one.seal <= end and one.seal not in heads):
            continue
        told = heads.get(one.seal)
        if told is not None and told[1] == one.head:
            agreed[one.by] = one.last
            continue
        if one.key not in known:
            fault, begins = Fault.SIGNATURE, agreed.get(one.by, 0) + 1
        elif told is None and one.last > last:
            fault, begins = Fault.TAIL_CUT, last + 1
        else:
            fault, begins = Fault.REHASHED, agreed.get(one.by, 0) + 1
        found[one.by] = Finding(
            fault=fault, seal=one.seal, entry=min(begins, one.last), upto=one.last, about=f"witnessed by {one.by}"
        )
    return sorted(found.values(), key=lambda finding: finding.entry)
