"""What may a department do about an offence? It strikes the licence and tells the bureau."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.types import Text
from shenguan_kernel.identifiers.document_no import DocumentNoText
from shenguan_kernel.roles import Role

from ..ledger.commands import standing_watch
from . import rules
from .rules import Decision, Penalty
from .store import penalty_id


class PenaltyRevoke(Body):
    """吊销许可证件，函告审批服务局."""

    license_id: UUID = Field(description="被吊销的许可证。")
    document_no: DocumentNoText = Field(description="处罚决定书文号。")
    legal_basis: Text = Field(description="处罚依据的条款。")
    reason: Text = Field(description="认定的事实；不得写入个人电话、证件号码。")
    decided_on: date = Field(description="决定书落款日期（北京时间）。")


@command(Role.INSPECTOR, Role.LIAISON_LEAD)
async def penalty_revoke(tx: Tx, body: PenaltyRevoke) -> Penalty:
    """吊销: only a department that watches the licence, and only once (R27, APL art. 9)."""
    watch = await standing_watch(tx, body.license_id)
    key = penalty_id(body.license_id)
    rules.refuse_second(body.license_id, struck=await tx.taken(Penalty, key))
    decision = Decision(
        document_no=body.document_no, legal_basis=body.legal_basis, reason=body.reason, decided_on=body.decided_on
    )
    revoked = rules.penalty_revoke(key, watch.department, body.license_id, decision, at=tx.now)
    return tx.add(Penalty.first(revoked), revoked)
