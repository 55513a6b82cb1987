"""What may a department do in its ledger? It claims what was pushed to it."""

from __future__ import annotations

from uuid import UUID

from shenguan_chassis.deciding import command
from shenguan_chassis.refusals import NotFound
from shenguan_chassis.tx import Tx
from shenguan_kernel.roles import Role

from . import rules
from .rules import Watch
from .store import watch_id


@command(Role.INSPECTOR, Role.LIAISON_OFFICER)
async def claim_approval(tx: Tx, watch: UUID) -> Watch:
    """认领: the department takes a pushed approval over (R19)."""
    found = await tx.get(Watch, watch)
    claimed = rules.claim(found, at=tx.now)
    return tx.save(found.apply(claimed), claimed)


async def standing_watch(tx: Tx, license_id: UUID) -> Watch:
    """The caller's department's watch on a licence, for the decisions of other slices: guarded until their commit.

    Raises NotFound where it has none, `WatchOver` where it has ended.
    """
    if tx.caller.department is None:
        raise NotFound()
    watch = await tx.get(Watch, watch_id(license_id, tx.caller.department))
    rules.refuse_if_over(watch)
    return watch
