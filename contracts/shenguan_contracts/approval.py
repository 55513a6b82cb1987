"""What does approval-svc say? Items, cases, licences, and the penalties it filed."""

from __future__ import annotations

from uuid import UUID

from .event import Event, doc
from .types import Channel, ClaimRule, DepartmentCode, Instant, ItemKind, LegalDay, Name, Text

Departments = tuple[DepartmentCode, ...]


class ItemPublished(Event, source="approval", stream="item"):
    """公布事项: an item is on the power list with its one standard and its supervisors (R5, R6, R14)."""

    item_id: UUID = doc("The item.", "事项")
    item_code: str = doc("Its code.", "事项编码")
    name: Name = doc("Its name.", "事项名称")
    kind: ItemKind = doc("Licence or associated item.", "事项性质")
    departments: Departments = doc("Who supervises its holders.", "监管部门", min_length=1)
    standard_no: int = doc("The number of its standard; a case pins it.", "标准版本", ge=1)
    promised_days: int = doc("Promised limit, working days from acceptance.", "承诺时限", ge=1)
    statutory_days: int = doc("Statutory limit, working days from acceptance.", "法定时限", ge=1)
    legal_basis: Text = doc("The provision it rests on.", "设定依据")
    claim_rule: ClaimRule = doc("How a grant is taken over by its supervisor.", "认领规则")
    published_at: Instant = doc("When.", "公布时间")


class UnlistedPowerAttempted(Event, source="approval", stream="attempt"):
    """清单外行权: someone tried to act under an item that is on no list (R8)."""

    attempt_id: UUID = doc("The attempt.", "尝试")
    item_code: str = doc("The code that was asked for.", "事项编码")
    attempted_at: Instant = doc("When.", "发生时间")


class CaseSubmitted(Event, source="approval", stream="case"):
    """申请: an application came in at the one window; the five days of art. 32 run (R13, R15, ALL art. 32)."""

    case_id: UUID = doc("The case.", "办件")
    item_id: UUID = doc("What is applied for.", "事项")
    item_code: str = doc("Its code.", "事项编码")
    channel: Channel = doc("Where it came in.", "申请渠道")
    holder_uscc: str | None = doc("The applicant's unified social credit code, where it has one.", "统一社会信用代码")
    received_at: Instant = doc("When it was received.", "收件时间")


class CaseAccepted(Event, source="approval", stream="case"):
    """受理: accepted, by the bureau's act or because it kept silent (`deemed`, backdated: ALL art. 32)."""

    case_id: UUID = doc("The case.", "办件")
    item_code: str = doc("Its item.", "事项编码")
    deemed: bool = doc("True if silence accepted it.", "视为受理")
    promised_days: int = doc("Working days to decide, promised.", "承诺时限", ge=1)
    statutory_days: int = doc("Working days to decide, by law.", "法定时限", ge=1)
    accepted_at: Instant = doc("From when it counts as accepted.", "受理时间")


class CaseGranted(Event, source="approval", stream="case"):
    """准予许可决定: the case is decided (ALL art. 38)."""

    case_id: UUID = doc("The case.", "办件")
    item_code: str = doc("Its item.", "事项编码")
    license_id: UUID = doc("The licence that follows.", "许可证")
    granted_at: Instant = doc("When.", "决定时间")


class ApprovalIssued(Event, source="approval", stream="license"):
    """准予许可: the licence exists; its departments must begin to watch it (R5, R19)."""

    license_id: UUID = doc("The licence.", "许可证")
    license_no: str = doc("Its number.", "许可证编号")
    case_id: UUID = doc("The case that granted it.", "办件")
    item_id: UUID = doc("The item.", "事项")
    item_code: str = doc("The item's code.", "事项编码")
    item_name: Name = doc("The item's name.", "事项名称")
    departments: Departments = doc("Who must watch the holder.", "监管部门", min_length=1)
    claim_rule: ClaimRule = doc("How they take it over.", "认领规则")
    holder_name: Name | None = doc("The holder's name, where it is no natural person.", "持证人名称", default=None)
    holder_uscc: str | None = doc("The holder's unified social credit code.", "统一社会信用代码", default=None)
    holder_ref: str | None = doc("A keyed reference to a natural person.", "自然人引用", default=None)
    valid_until: LegalDay | None = doc("Last day of its term; none if without term.", "有效期至", default=None)
    issued_at: Instant = doc("When.", "发证时间")


class LicensePenaltyRevoked(Event, source="approval", stream="license"):
    """许可证被吊销: the bureau's register shows what the department's penalty did (R27)."""

    license_id: UUID = doc("The licence.", "许可证")
    departments: Departments = doc("Who watched it.", "监管部门")
    penalty_id: UUID = doc("The penalty.", "行政处罚")
    revoked_at: Instant = doc("When the register was changed.", "登记时间")


class LicenseDeregistered(Event, source="approval", stream="license"):
    """注销: the licence is struck from the register, as art. 70 demands (ALL art. 70)."""

    license_id: UUID = doc("The licence.", "许可证")
    departments: Departments = doc("Who watched it.", "监管部门")
    ground: Text = doc("The ground of art. 70.", "注销事由")
    deregistered_at: Instant = doc("When.", "注销时间")


class PenaltyFiled(Event, source="approval", stream="penalty-file"):
    """留存备案: the bureau keeps the department's penalty on file; it has no power to refuse it (R27)."""

    penalty_file_id: UUID = doc("The file.", "备案")
    penalty_id: UUID = doc("The penalty.", "行政处罚")
    license_id: UUID = doc("What it strikes.", "许可证")
    department: DepartmentCode = doc("Who imposed it.", "处罚机关")
    document_no: str = doc("The decision's 文号.", "处罚决定书文号")
    filed_at: Instant = doc("When.", "备案时间")
