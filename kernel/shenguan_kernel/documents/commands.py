"""What may an office do with its incoming documents? Enter them, pass them on, confirm what others passed on."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.identity.caller import Caller
from shenguan_chassis.tx import Tx
from shenguan_contracts.types import DepartmentCode, LegalDay, Name

from ..identifiers.document_no import DocumentNoText
from ..receipt import ReceivedAt
from ..roles import Role
from . import rules
from .rules import Incoming, OfficeNeeded, PolicyDocument

_CLERKS = (
    Role.LIAISON_OFFICER,
    Role.LIAISON_LEAD,
    Role.WINDOW_CLERK,
    Role.REVIEWER,
    Role.BUREAU_HEAD,
    Role.MACHINE_CLIENT,
)
"""Who keeps an office's mail: the liaisons of a department, the bureau's staff, a department's own system (R15)."""


class ReceiveDocument(Body):
    """收文登记."""

    title: Name = Field(description="文件标题")
    document_no: DocumentNoText | None = Field(default=None, description="文号；尚无文号的留空 (R1)")
    superior: Name = Field(description="发文机关")
    issued_on: LegalDay | None = Field(default=None, description="发文日期")
    recipients: Annotated[tuple[DepartmentCode, ...], Field(min_length=1, max_length=100)] = Field(
        description="应抄告单位代码"
    )
    received_at: ReceivedAt | None = Field(default=None, description="收文时间；不填即为现在")


class ForwardDocument(Body):
    """抄告."""

    recipient: DepartmentCode = Field(description="接收单位代码")


@command(*_CLERKS)
async def receive_document(tx: Tx, body: ReceiveDocument) -> PolicyDocument:
    """收文: the caller's office holds the document and owes it to each recipient (R17, R18)."""
    incoming = Incoming(department=_office(tx.caller), **dict(body))
    received = rules.receive(tx.new_id(), incoming, at=tx.now)
    return tx.add(PolicyDocument.first(received), received)


@command(*_CLERKS)
async def forward_document(tx: Tx, document_id: UUID, body: ForwardDocument) -> PolicyDocument:
    """抄告 the office's own document to one recipient; this instant is what counts (R17, R18)."""
    document = await tx.get(PolicyDocument, document_id)
    forwarded = rules.forward(document, to=body.recipient, by=_office(tx.caller), at=tx.now)
    return tx.save(document.apply(forwarded), forwarded)


@command(*_CLERKS)
async def acknowledge_document(tx: Tx, document_id: UUID) -> PolicyDocument:
    """签收 for the caller's office, wherever the document lies."""
    document = await tx.get(PolicyDocument, document_id)
    acknowledged = rules.acknowledge(document, by=_office(tx.caller), at=tx.now)
    return tx.save(document.apply(acknowledged), acknowledged)


def _office(caller: Caller) -> str:
    if caller.department is None:
        raise OfficeNeeded
    return caller.department
