"""Which snapshots are there, what is in one, and how do two differ? Anyone may look: whoever doubts has no token."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import Response
from sqlalchemy import select

from shenguan_chassis.deciding import public
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Between, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_contracts.expert import Pool

from .files import read_file
from .rules import PoolSnapshot, SnapshotFile, differences
from .store import pool_snapshots


class SnapshotView(Shown):
    """名单快照."""

    id: UUID
    version: int
    pool: Pool
    digest: str
    candidates: int
    excluded: int
    previous: str | None
    joined: int
    left: int
    changed: int
    frozen_at: datetime


class ChangeView(Shown):
    """一人的变动."""

    id: str
    members: tuple[str, ...]


class DifferencesView(Shown):
    """两个快照之间的变动."""

    since: str
    joined: tuple[str, ...]
    left: tuple[str, ...]
    changed: tuple[ChangeView, ...]


SNAPSHOTS = Listing(
    "snapshots",
    select(pool_snapshots),
    shows=SnapshotView,
    filters=[Same("pool", "名单"), Between("frozen_at", "冻结时间")],
    sorts=["frozen_at"],
)


@public
async def snapshots_listed(read: Read, wanted: Asked) -> Page[SnapshotView]:
    """The snapshots in the order in which they were frozen."""
    return await SNAPSHOTS.page(read, wanted)


@public
async def context_file(read: Read, snapshot: str) -> Response:
    """What is public beside the candidates, byte for byte: T("snapshot", …) over it is its digest."""
    kept = await _kept(read, snapshot)
    return _json(kept.context, kept.digest)


@public
async def candidates_file(read: Read, snapshot: str) -> Response:
    """Who is in it, byte for byte: numbers instead of names."""
    kept = await _kept(read, snapshot)
    return _json(kept.candidates, kept.digest)


@public
async def differences_shown(read: Read, snapshot: str, since: str) -> DifferencesView:
    """How a snapshot differs from another; raises NotFound, SnapshotBroken."""
    before, now = await _kept(read, since), await _kept(read, snapshot)
    found = differences(read_file(before).candidates, read_file(now).candidates)
    return DifferencesView.model_validate({"since": before.digest, **found.as_json()})


async def _kept(read: Read, snapshot: str) -> SnapshotFile:
    """By its digest, or by its id."""
    digest = (await read.get(PoolSnapshot, UUID(snapshot))).digest if "-" in snapshot else snapshot
    return await read.get(SnapshotFile, digest)


def _json(text: str, digest: str) -> Response:
    return Response(text.encode(), 200, {"ETag": f'"{digest}"'}, "application/json")
