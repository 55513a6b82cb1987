"""What does the ledger do when the bureau grants a licence, records its penalty or strikes it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shenguan_chassis.deciding import on
from shenguan_chassis.refusals import BrokenMessage
from shenguan_chassis.tx import Tx
from shenguan_contracts.approval import ApprovalIssued, LicenseDeregistered, LicensePenaltyRevoked

from . import rules
from .rules import License, LicenseState, Watch
from .store import watch_id

_LicenseEvent = ApprovalIssued | LicensePenaltyRevoked | LicenseDeregistered


def _watches(event: _LicenseEvent) -> Sequence[tuple[type[Any], Any]]:
    return [(Watch, watch_id(event.license_id, department)) for department in event.departments]


@on(ApprovalIssued, reads=_watches)
async def watch_new_license(tx: Tx, issued: ApprovalIssued) -> None:
    """推送监管: each of its departments watches a licence from its first moment (R5, R19)."""
    tx.keep(License.first(issued))
    for department in dict.fromkeys(issued.departments):
        assigned = rules.assign(watch_id(issued.license_id, department), issued, department, at=tx.now)
        tx.add(Watch.first(assigned), assigned)


@on(LicensePenaltyRevoked, reads=lambda revoked: [(License, revoked.license_id)])
async def show_license_struck(tx: Tx, revoked: LicensePenaltyRevoked) -> None:
    """吊销: the ledger shows it; the watch lasts until the licence is deregistered (ALL art. 70)."""
    tx.keep(replace(await _known(tx, revoked), state=LicenseState.PENALTY_REVOKED))


@on(LicenseDeregistered, reads=lambda gone: [(License, gone.license_id), *_watches(gone)])
async def end_watches(tx: Tx, gone: LicenseDeregistered) -> None:
    """监管终止: a licence struck from the register is watched no longer (ALL art. 70)."""
    tx.keep(replace(await _known(tx, gone), state=LicenseState.DEREGISTERED))
    for department in dict.fromkeys(gone.departments):
        watch = await tx.get(Watch, watch_id(gone.license_id, department))
        ended = rules.end(watch, at=tx.now)
        tx.save(watch.apply(ended), ended)


async def _known(tx: Tx, event: LicensePenaltyRevoked | LicenseDeregistered) -> License:
    """One stream tells a licence's whole life in order: its grant has been heard before."""
    license_ = await tx.find(License, event.license_id)
    if license_ is None:
        raise BrokenMessage(f"license/{event.license_id} changed before it was granted")
    return license_
