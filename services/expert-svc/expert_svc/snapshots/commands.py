"""What may be done about snapshots? The bureau freezes one; a draw is declared against it."""

from __future__ import annotations

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.expert import Pool
from shenguan_kernel.lots.pool import Candidate, Snapshot, snapshot
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import legal_day

from ..nominations.commands import sub_lists_for
from ..pools.commands import duties_of, experts_in
from ..pools.lifecycle import why_excluded
from . import rules
from .files import read_file
from .rules import DrawnPool, Frozen, PoolSnapshot, SnapshotFile
from .store import last_drawn_from, snapshot_id


class FreezePool(Body):
    """冻结名单快照."""

    pool: Pool = Field(description="名单：智囊团或现场勘验专家库。")


@command(Role.REVIEWER, Role.APPROVER)
async def freeze_pool(tx: Tx, body: FreezePool) -> PoolSnapshot:
    """冻结名单快照, before any randomness is known (R30)."""
    return _kept(tx, await _frozen(tx, body.pool, await _taken(tx, body.pool)))


async def snapshot_for(tx: Tx, pool: Pool, given: str | None = None) -> Frozen:
    """The snapshot among which a draw is declared: the one with a digest, or one frozen in this act.

    Raises SnapshotUnknown, and SnapshotOutdated if the list is not as that one has it any more.
    """
    taken = await _taken(tx, pool)
    if given is None:
        frozen = await _frozen(tx, pool, taken)
        if await tx.find(PoolSnapshot, frozen.id) is None:  # two draws of one second may be held among the same
            _kept(tx, frozen)
    else:
        frozen = await _given(tx, pool, given)
        rules.refuse_outdated(frozen, taken)
    tx.keep(DrawnPool(pool=pool, digest=frozen.digest, drawn_at=tx.now))
    return frozen


async def opened_snapshot(tx: Tx, digest: str) -> Frozen:
    """The snapshot with a digest, held against it; raises NotFound, SnapshotBroken."""
    return read_file(await tx.get(SnapshotFile, digest))


def _kept(tx: Tx, frozen: Frozen) -> PoolSnapshot:
    said = rules.told(frozen.id, frozen, at=tx.now)
    tx.keep(frozen.file)
    return tx.add(PoolSnapshot.first(said), said)


async def _given(tx: Tx, pool: Pool, digest: str) -> Frozen:
    found = await tx.find(PoolSnapshot, snapshot_id(digest))
    if found is None or found.pool is not pool:
        raise rules.SnapshotUnknown(snapshot=digest)
    return await opened_snapshot(tx, digest)


async def _frozen(tx: Tx, pool: Pool, taken: Snapshot) -> Frozen:
    last = [read_file(SnapshotFile(**row)) for row in await tx.query(last_drawn_from(pool))]
    previous = (last[0].digest, last[0].candidates) if last else None
    context, digest = rules.freeze(pool, taken, await sub_lists_for(tx, pool), previous, at=tx.now)
    return Frozen(snapshot_id(digest), digest, taken, context)


async def _taken(tx: Tx, pool: Pool) -> Snapshot:
    """Everyone on the list as a rule may ask for them, with the duties of the moment."""
    duties, today = await duties_of(tx, pool), legal_day(tx.now)
    return snapshot(
        Candidate(
            id=one.expert_no,
            department=one.department,
            fields=one.fields,
            qualifications=one.held_on(today),
            load=duties[one.expert_no][0] if one.expert_no in duties else 0,
            last_drawn=duties[one.expert_no][1].isoformat() if one.expert_no in duties else None,
            excluded=why_excluded(one, today),
            key=one.signing_key,
        )
        for one in await experts_in(tx, pool)
    )
