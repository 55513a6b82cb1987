"""What changes for a department when the bureau has filed its penalty?"""

from __future__ import annotations

from shenguan_chassis.deciding import on
from shenguan_chassis.tx import Tx
from shenguan_contracts.approval import PenaltyFiled

from .rules import Filing


@on(PenaltyFiled)
async def show_filing(tx: Tx, filed: PenaltyFiled) -> None:
    """留存备案: the penalty shows when the bureau filed it; the penalty itself is unchanged (R27)."""
    tx.keep(
        Filing(
            penalty_id=filed.penalty_id,
            department=filed.department,
            penalty_file_id=filed.penalty_file_id,
            filed_at=filed.filed_at,
        )
    )
