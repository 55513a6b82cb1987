"""What does the bureau do when a department's penalty struck a licence? It files it, whatever its register says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shenguan_chassis.deciding import on
from shenguan_chassis.tx import Tx
from shenguan_contracts.supervision import PenaltyLicenseRevoked

from ..licenses.commands import penalty_revoke_license
from ..licenses.rules import License
from . import rules
from .rules import PenaltyFile
from .store import file_id


def _needed(penalty: PenaltyLicenseRevoked) -> Sequence[tuple[type[Any], Any]]:
    return [(PenaltyFile, file_id(penalty.penalty_id)), (License, penalty.license_id)]


@on(PenaltyLicenseRevoked, reads=_needed)
async def file_penalty(tx: Tx, penalty: PenaltyLicenseRevoked) -> None:
    """留存备案: filed at once, without anyone's leave; deregistration stays the bureau's own act (R27, ALL art. 70).

    An unknown licence is no reason to refuse or to wait: the bureau owns the register, so nothing can come that would
    make it known. The file then shows that the penalty struck nothing.
    """
    key = file_id(penalty.penalty_id)
    if await tx.find(PenaltyFile, key) is not None:
        return
    struck = await penalty_revoke_license(tx, penalty.license_id, penalty.penalty_id)
    filed = rules.file(key, penalty, at=tx.now)
    tx.add(PenaltyFile.first(filed, penalty, struck=struck), filed)
