"""What is a snapshot of a list, by which digest is it known, and how does it differ from the last draw's? (R30)

Its context is a small public document: the commitment to the candidates, the differences since the snapshot of the
last draw, and the sub-lists that departments confirmed. Whoever was slipped in stands among the joined and in no
confirmed sub-list. The digest over the context is the snapshot's address; it goes into the declaration.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.expert import Pool, PoolFrozen
from shenguan_kernel.lots import chain
from shenguan_kernel.lots.beacon import instant
from shenguan_kernel.lots.encoding import Hashing, canonical
from shenguan_kernel.lots.pool import Candidate, Snapshot
from shenguan_kernel.lots.rules import commitment_of

FORMAT: Final = "shenguan-pool/1"
_CHANGING: Final = frozenset({"load", "last_drawn"})
"""What draws themselves change: no difference of the list."""


class SnapshotUnknown(Refusal, rule="R30", field="snapshot"):
    """未找到该名单快照，或它不属于所抽的名单：请先冻结快照，或核对摘要后重新提交。"""


class SnapshotOutdated(Refusal, rule="R30", field="snapshot"):
    """名单在此快照之后已有变动：请重新冻结快照后再公告抽取。"""


class SnapshotBroken(Refusal, rule="R30"):
    """名单快照与其摘要不符，存储内容可能已被改动：请停止使用，并由安全审计员核查。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSnapshot:
    """名单快照: one that can be drawn from; it never changes."""

    id: UUID
    version: int = 0
    pool: Pool
    digest: str
    candidates: int
    excluded: int
    previous: str | None
    joined: int
    left: int
    changed: int
    frozen_at: datetime

    @classmethod
    def first(cls, frozen: PoolFrozen) -> PoolSnapshot:
        """The snapshot as its freezing makes it."""
        said = {field.name for field in fields(cls)} - {"id", "version"}
        return cls(id=frozen.pool_snapshot_id, **{name: getattr(frozen, name) for name in said})


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFile:
    """快照内容: both documents as they were frozen, byte for byte."""

    digest: str
    context: str
    candidates: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPool:
    """上次抽取所用快照 of a list: the differences of the next one are told from it."""

    pool: Pool
    digest: str
    drawn_at: datetime


@dataclass(frozen=True, slots=True)
class Frozen:
    """A snapshot in hand: its id and digest, who is in it, and what is public beside them."""

    id: UUID
    digest: str
    candidates: Snapshot
    context: dict[str, Any]

    @property
    def file(self) -> SnapshotFile:
        """Both documents, as they are kept."""
        return SnapshotFile(
            digest=self.digest,
            context=canonical(self.context).decode(),
            candidates=self.candidates.text.decode(),
        )


@dataclass(frozen=True, slots=True)
class Differences:
    """变动: who came, who went, and of whom what differs, in the order of the ids."""

    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    changed: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As the context writes it."""
        changed = [{"id": one, "members": list(members)} for one, members in self.changed]
        return {"joined": list(self.joined), "left": list(self.left), "changed": changed}


def differences(before: Snapshot, now: Snapshot) -> Differences:
    """What differs between two snapshots; load and the last day drawn, which draws change, do not count."""
    old, new = ({one.id: one for one in taken.candidates} for taken in (before, now))
    differing = ((one, _members(old[one.id], one)) for one in now.candidates if old.get(one.id, one) != one)
    return Differences(
        joined=tuple(one for one in new if one not in old),
        left=tuple(one for one in old if one not in new),
        changed=tuple((one.id, members) for one, members in differing if members),
    )


def freeze(
    pool: Pool,
    taken: Snapshot,
    sub_lists: Sequence[Mapping[str, Any]],
    previous: tuple[str, Snapshot] | None,
    *,
    at: datetime,
) -> tuple[dict[str, Any], str]:
    """冻结: the context of a snapshot and its digest; `previous` is that of the last draw, with its digest.

    Sub-lists that name nobody who is left say nothing of it.
    """
    members = {one.id for one in taken.candidates}
    since = Differences() if previous is None else differences(previous[1], taken)
    context = {
        "format": FORMAT,
        "pool": str(pool),
        "frozen_at": instant(at),
        "list": commitment(taken),
        "previous": previous[0] if previous else None,
        **since.as_json(),
        "sub_lists": [_sub_list(one) for one in sub_lists if not members.isdisjoint(one["members"])],
    }
    return context, digest_of(context)


def told(snapshot: UUID, frozen: Frozen, *, at: datetime) -> PoolFrozen:
    """冻结名单快照, as it is said: how many, never who."""
    context, candidates = frozen.context, frozen.candidates.candidates
    return PoolFrozen(
        pool_snapshot_id=snapshot,
        pool=Pool(context["pool"]),
        departments=tuple(sorted({one.department for one in candidates})),
        digest=frozen.digest,
        candidates=len(candidates),
        excluded=sum(one.excluded is not None for one in candidates),
        previous=context["previous"],
        joined=len(context["joined"]),
        left=len(context["left"]),
        changed=len(context["changed"]),
        frozen_at=at,
    )


def digest_of(context: Mapping[str, Any]) -> str:
    """T("snapshot", context) by SHA-256, hex: the address."""
    return chain.context_digest(dict(context)).hex()


def commitment(taken: Snapshot) -> dict[str, Any]:
    """What stands for the candidates, as in a declaration that hashes with SHA-256."""
    return asdict(commitment_of(Hashing.SHA256, taken))


def opened(snapshot: UUID, kept: SnapshotFile, context: dict[str, Any], taken: Snapshot) -> Frozen:
    """A snapshot that was kept, held against its digests; raises SnapshotBroken."""
    if digest_of(context) != kept.digest or context["list"] != commitment(taken):
        raise SnapshotBroken(snapshot=kept.digest)
    return Frozen(snapshot, kept.digest, taken, context)


def refuse_outdated(given: Frozen, now: Snapshot) -> None:
    """A draw is declared among those who are on the list: raises SnapshotOutdated if that differs in anything."""
    since = differences(given.candidates, now)
    if given.candidates != now:
        joined, left, changed = len(since.joined), len(since.left), len(since.changed)
        raise SnapshotOutdated(joined=joined, left=left, changed=changed)


def _members(old: Candidate, new: Candidate) -> tuple[str, ...]:
    names = sorted({field.name for field in fields(Candidate)} - _CHANGING)
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))


def _sub_list(row: Mapping[str, Any]) -> dict[str, Any]:
    """A department's sub-list as the context shows it; anyone can compute its digest and check its signature."""
    return {
        "document": json.loads(row["content"]),
        "digest": row["digest"],
        "confirmed": row["manner"],
        "key": row["public_key"],
        "signature": row["signature"],
    }
