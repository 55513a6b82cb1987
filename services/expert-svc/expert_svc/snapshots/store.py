"""How do snapshots lie in the database? Each under its digest, never changed."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Select, Text, select

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import EVERYONE, aggregate, copy
from shenguan_contracts.expert import Pool

from .rules import DrawnPool, PoolSnapshot, SnapshotFile

metadata = MetaData()

pool_snapshots = aggregate(
    metadata,
    PoolSnapshot,
    noun="pool-snapshot",
    owner=EVERYONE,
    columns=[
        Column("pool", Text, nullable=False),
        Column("digest", Text, nullable=False, unique=True),
        Column("candidates", Integer, nullable=False),
        Column("excluded", Integer, nullable=False),
        Column("previous", Text),
        Column("joined", Integer, nullable=False),
        Column("left", Integer, nullable=False),
        Column("changed", Integer, nullable=False),
        Column("frozen_at", DateTime(timezone=True), nullable=False),
        Index("pool_snapshots_of_pool", "pool", "frozen_at", "id"),
        Index("pool_snapshots_by_time", "frozen_at", "id"),
    ],
)

# Public, as the guarantee is: whoever doubts a draw has no token.
snapshot_files = copy(
    metadata,
    SnapshotFile,
    table="snapshot_files",
    key=["digest"],
    owner=EVERYONE,
    columns=[
        Column("digest", Text, primary_key=True),
        Column("context", Text, nullable=False),
        Column("candidates", Text, nullable=False),
    ],
)

drawn_pools = copy(
    metadata,
    DrawnPool,
    table="drawn_pools",
    key=["pool"],
    owner=EVERYONE,
    columns=[
        Column("pool", Text, primary_key=True),
        Column("digest", Text, nullable=False),
        Column("drawn_at", DateTime(timezone=True), nullable=False),
    ],
)


def snapshot_id(digest: str) -> UUID:
    """The one id of a snapshot."""
    return derived_id("pool-snapshot", digest)


@cache
def last_drawn_from(pool: Pool) -> Select[Any]:
    """The snapshot among which a list's last draw was declared."""
    drawn = drawn_pools.c.digest == snapshot_files.c.digest
    return select(snapshot_files).join(drawn_pools, drawn).where(drawn_pools.c.pool == pool)
