"""What does an office say of a superior's document? The same words whoever received it (R17, R18).

Departments receive policies (supervision-svc), the bureau receives supervision documents (approval-svc): the source of
the envelope tells which.
"""

from __future__ import annotations

from uuid import UUID

from .event import Event, doc
from .types import DepartmentCode, Instant, LegalDay, Name


class PolicyDocReceived(Event, stream="policy-document"):
    """收到上级文件: whoever holds it passes it on to each recipient within one working day (R17, R18)."""

    policy_document_id: UUID = doc("The document.", "上级文件")
    department: DepartmentCode = doc("Who received it and must pass it on.", "收文单位")
    title: Name = doc("Its title.", "文件标题")
    document_no: str | None = doc("Its 文号; a draft may have none (R1).", "文号", default=None)
    superior: Name = doc("The superior that issued it.", "发文机关")
    issued_on: LegalDay | None = doc("The superior's issue date.", "发文日期", default=None)
    recipients: tuple[DepartmentCode, ...] = doc("Who must have it.", "应抄告单位", min_length=1)
    received_at: Instant = doc("When it entered the receiver's system: the clock starts here.", "收文时间")
    registered_at: Instant = doc("When it was registered here.", "登记时间")


class PolicyDocForwarded(Event, stream="policy-document"):
    """抄告: the document was passed on to one recipient; this instant counts, not the acknowledgement (R17, R18)."""

    policy_document_id: UUID = doc("The document.", "上级文件")
    department: DepartmentCode = doc("Who passed it on.", "抄告单位")
    recipient: DepartmentCode = doc("To whom.", "接收单位")
    forwarded_at: Instant = doc("When.", "抄告时间")

    def audience(self) -> tuple[str, ...]:
        """Both ends."""
        return tuple(sorted({self.department, self.recipient}))


class PolicyDocAcknowledged(Event, stream="policy-document"):
    """签收: a recipient confirms that it has the document."""

    policy_document_id: UUID = doc("The document.", "上级文件")
    department: DepartmentCode = doc("Who had passed it on.", "抄告单位")
    recipient: DepartmentCode = doc("Who confirms.", "签收单位")
    acknowledged_at: Instant = doc("When.", "签收时间")

    def audience(self) -> tuple[str, ...]:
        """Both ends."""
        return tuple(sorted({self.department, self.recipient}))
