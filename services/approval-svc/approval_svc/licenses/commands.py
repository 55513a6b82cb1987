"""What does the bureau do with its register? It issues with a grant, notes a penalty, and deregisters."""

from __future__ import annotations

from uuid import UUID

from shenguan_chassis.deciding import command
from shenguan_chassis.tx import Tx
from shenguan_kernel.roles import Role

from . import rules
from .rules import Grant, License


@command(Role.APPROVER)
async def deregister_license(tx: Tx, license_id: UUID) -> License:
    """注销: strike an ended licence from the register (ALL art. 70)."""
    held = await tx.get(License, license_id)
    deregistered = rules.deregister(held, at=tx.now)
    return tx.save(held.apply(deregistered), deregistered)


def issue_license(tx: Tx, grant: Grant) -> License:
    """颁发许可证 in the act that grants it (ALL art. 38)."""
    issued = rules.issue(grant, at=tx.now)
    return tx.add(License.first(issued), issued)


async def penalty_revoke_license(tx: Tx, license_id: UUID, penalty_id: UUID) -> bool:
    """吊销登记: True if the register changed; False where the licence had ended before, or is not in it (R27)."""
    held = await tx.find(License, license_id)
    if held is None:
        return False
    revoked = rules.penalty_revoke(held, penalty_id, at=tx.now)
    if revoked is None:
        return False
    tx.save(held.apply(revoked), revoked)
    return True
