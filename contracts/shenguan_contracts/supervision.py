"""What does supervision-svc say? The directory, the ledger, and penalties that reach back to the bureau."""

from __future__ import annotations

from uuid import UUID

from .event import Event, doc
from .types import ClaimRule, DepartmentCode, DepartmentKind, Instant, LegalDay, Name, Post, Text


class DepartmentRegistered(Event, source="supervision", stream="department"):
    """登记部门: an office that approves, supervises or oversees is in the directory (R2, R5, R10)."""

    department_id: UUID = doc("The department's stream.", "部门")
    department: DepartmentCode = doc("Its code.", "部门代码")
    name: Name = doc("Its official name.", "部门名称")
    kind: DepartmentKind = doc("Bureau, department or overseer.", "单位类别")
    registered_at: Instant = doc("When it was registered.", "登记时间")


class OfficerDesignated(Event, source="supervision", stream="post"):
    """指定联络人员: a post has its one holder; an earlier holder leaves it (R16, R35)."""

    post_id: UUID = doc("The post: one per department and role.", "岗位")
    department: DepartmentCode = doc("Its department.", "部门代码")
    post: Post = doc("Which post.", "岗位类别")
    person_id: UUID = doc("A reference to the person; name and numbers never travel.", "人员引用")
    designated_at: Instant = doc("When.", "指定时间")


class SupervisionAssigned(Event, source="supervision", stream="watch"):
    """推送监管: a department watches a licence from its first moment (R5, R19)."""

    watch_id: UUID = doc("The watch: one per licence and department.", "监管台账条目")
    department: DepartmentCode = doc("Who watches.", "监管部门")
    license_id: UUID = doc("What is watched.", "许可证")
    item_code: str = doc("The item it was granted under.", "事项编码")
    claim_rule: ClaimRule = doc("Whether the department acknowledges it.", "认领规则")
    assigned_at: Instant = doc("When the watch began.", "推送时间")


class ApprovalClaimed(Event, source="supervision", stream="watch"):
    """认领: the department takes the pushed approval over by its own act (R19)."""

    watch_id: UUID = doc("The watch.", "监管台账条目")
    department: DepartmentCode = doc("Who claimed.", "监管部门")
    license_id: UUID = doc("What was claimed.", "许可证")
    claimed_at: Instant = doc("When.", "认领时间")


class SupervisionEnded(Event, source="supervision", stream="watch"):
    """监管终止: the licence is gone, its watch is closed (ALL art. 70)."""

    watch_id: UUID = doc("The watch.", "监管台账条目")
    department: DepartmentCode = doc("Who watched.", "监管部门")
    license_id: UUID = doc("What was watched.", "许可证")
    ended_at: Instant = doc("When.", "终止时间")


class PenaltyLicenseRevoked(Event, source="supervision", stream="penalty"):
    """吊销许可证件: a department's penalty struck the licence; the bureau files it and may not refuse (R27)."""

    penalty_id: UUID = doc("The penalty.", "行政处罚")
    department: DepartmentCode = doc("Who imposed it.", "处罚机关")
    license_id: UUID = doc("What it strikes.", "许可证")
    document_no: str = doc("The 文号 of the written decision.", "处罚决定书文号")
    legal_basis: Text = doc("The provision it rests on.", "处罚依据")
    reason: Text = doc("The facts found, without personal data.", "处罚事由")
    decided_on: LegalDay = doc("The decision's own date.", "决定日期")
    informed_at: Instant = doc("When the bureau was informed in writing.", "函告时间")


class PenaltyReversed(Event, source="supervision", stream="penalty"):
    """处罚被撤销或变更: what was published of it comes down within three working days (APL art. 48)."""

    penalty_id: UUID = doc("The penalty.", "行政处罚")
    department: DepartmentCode = doc("Who had imposed it.", "处罚机关")
    license_id: UUID = doc("What it had struck.", "许可证")
    reversed_at: Instant = doc("When.", "撤销时间")


class PenaltyPublicationWithdrawn(Event, source="supervision", stream="penalty"):
    """撤回处罚公示: what was published of a reversed penalty is down, and it says why (APL art. 48)."""

    penalty_id: UUID = doc("The penalty.", "行政处罚")
    department: DepartmentCode = doc("Who had published it.", "处罚机关")
    withdrawn_at: Instant = doc("When.", "撤回时间")


class ConsultationReplied(Event, source="supervision", stream="consultation-reply"):
    """回函: a department's opinion with its legal basis; silence is not consent (R24)."""

    consultation_reply_id: UUID = doc("The reply.", "回函")
    consultation_id: UUID = doc("The letter that it answers.", "征求意见函")
    department: DepartmentCode = doc("Who replies.", "回函部门")
    replied_at: Instant = doc("When.", "回函时间")


class SurveySigned(Event, source="supervision", stream="survey-signature"):
    """签署勘验结论: one department's signature, with dissent or without (R32)."""

    survey_signature_id: UUID = doc("The signature.", "签署")
    survey_id: UUID = doc("What was signed.", "现场勘验")
    department: DepartmentCode = doc("Who signed.", "签署部门")
    signed_at: Instant = doc("When.", "签署时间")
