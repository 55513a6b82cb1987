"""What does approval-svc say? Items, cases, licences, and the penalties it filed."""

from __future__ import annotations

from uuid import UUID

from .event import Event, doc
from .types import (
    CaseOutcome,
    Channel,
    ClaimRule,
    DepartmentCode,
    Instant,
    ItemKind,
    LegalDay,
    Name,
    SpecialProcedure,
    Text,
)

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
    technical_inspection: bool = doc(
        "Whether the item is granted after a technical inspection (ALL art. 55).", "须经技术检验", default=False
    )


class CaseCorrectionRequested(Event, source="approval", stream="case"):
    """告知补正: everything that is missing was told at once (ALL art. 32)."""

    case_id: UUID = doc("The case.", "办件")
    item_code: str = doc("Its item.", "事项编码")
    requested_at: Instant = doc("When.", "告知时间")


class CaseCorrected(Event, source="approval", stream="case"):
    """补正: the full set has arrived; the five days of art. 32 run anew (ALL art. 32)."""

    case_id: UUID = doc("The case.", "办件")
    item_code: str = doc("Its item.", "事项编码")
    received_at: Instant = doc("When the full set arrived.", "补正材料收到时间")


class CaseSuspended(Event, source="approval", stream="case"):
    """中止计时: a special procedure of the closed list of art. 45 began, told to the applicant in writing."""

    case_id: UUID = doc("The case.", "办件")
    item_code: str = doc("Its item.", "事项编码")
    procedure: SpecialProcedure = doc("Which one.", "特别程序")
    suspended_at: Instant = doc("From when the clock stands still.", "中止时间")


class CaseResumed(Event, source="approval", stream="case"):
    """恢复计时: the special procedure has ended (ALL art. 45)."""

    case_id: UUID = doc("The case.", "办件")
    item_code: str = doc("Its item.", "事项编码")
    resumed_at: Instant = doc("Until when the clock stood still.", "恢复时间")


class CaseExtended(Event, source="approval", stream="case"):
    """延长期限: once, by the agency's head, told to the applicant with the reason (ALL art. 42)."""

    case_id: UUID = doc("The case.", "办件")
    item_code: str = doc("Its item.", "事项编码")
    days: int = doc("So many further working days.", "延长工作日数", ge=1, le=15)
    reason: Text = doc("Why.", "延长理由")
    extended_at: Instant = doc("When.", "批准时间")


class CaseRefused(Event, source="approval", stream="case"):
    """不予许可决定: the case is decided (ALL art. 38)."""

    case_id: UUID = doc("The case.", "办件")
    item_code: str = doc("Its item.", "事项编码")
    refused_at: Instant = doc("When.", "决定时间")


class CaseClosed(Event, source="approval", stream="case"):
    """办结: the case ended without a grant or refusal on its merits (ALL art. 32)."""

    case_id: UUID = doc("The case.", "办件")
    item_code: str = doc("Its item.", "事项编码")
    outcome: CaseOutcome = doc("How it ended.", "办结方式")
    closed_at: Instant = doc("When.", "办结时间")


class DecisionPublished(Event, source="approval", stream="case"):
    """公示决定: the decision is online (双公示; ALL art. 40)."""

    case_id: UUID = doc("The case.", "办件")
    item_code: str = doc("Its item.", "事项编码")
    published_at: Instant = doc("When.", "公示时间")


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


class LicenseDelivered(Event, source="approval", stream="license"):
    """送达许可证件: the holder has it (ALL art. 44)."""

    license_id: UUID = doc("The licence.", "许可证")
    departments: Departments = doc("Who watches it.", "监管部门")
    delivered_at: Instant = doc("When.", "送达时间")


class LicenseSuspended(Event, source="approval", stream="license"):
    """许可证被暂扣: the register shows a department's penalty that ends by itself (APL art. 9)."""

    license_id: UUID = doc("The licence.", "许可证")
    departments: Departments = doc("Who watches it.", "监管部门")
    penalty_id: UUID = doc("The penalty.", "行政处罚")
    until_on: LegalDay = doc("The last day of the suspension.", "暂扣至")
    suspended_at: Instant = doc("When the register was changed.", "登记时间")


class LicenseReinstated(Event, source="approval", stream="license"):
    """暂扣解除: the licence is valid again (APL art. 9)."""

    license_id: UUID = doc("The licence.", "许可证")
    departments: Departments = doc("Who watches it.", "监管部门")
    penalty_id: UUID = doc("The penalty that has ended.", "行政处罚")
    reinstated_at: Instant = doc("When.", "解除时间")


class LicenseRenewalRequested(Event, source="approval", stream="license"):
    """申请延续: asked in time; silence until the end of the term renews it (ALL art. 50)."""

    license_id: UUID = doc("The licence.", "许可证")
    departments: Departments = doc("Who watches it.", "监管部门")
    valid_until: LegalDay = doc("The last day of the running term: decide before it is over.", "有效期至")
    requested_at: Instant = doc("When.", "申请时间")


class LicenseRenewed(Event, source="approval", stream="license"):
    """延续: a further term, by decision or by silence (`deemed`: ALL art. 50)."""

    license_id: UUID = doc("The licence.", "许可证")
    departments: Departments = doc("Who watches it.", "监管部门")
    deemed: bool = doc("True if silence renewed it.", "视为准予延续")
    term_until: LegalDay = doc("The last day of the term that it follows.", "原有效期至")
    valid_until: LegalDay = doc("The last day of the new term.", "有效期至")
    renewed_at: Instant = doc("When.", "延续时间")


class LicenseRenewalRefused(Event, source="approval", stream="license"):
    """不予延续: the licence ends with its term (ALL art. 50)."""

    license_id: UUID = doc("The licence.", "许可证")
    departments: Departments = doc("Who watches it.", "监管部门")
    term_until: LegalDay = doc("The last day of the running term.", "有效期至")
    refused_at: Instant = doc("When.", "决定时间")


class ConsultationRequested(Event, source="approval", stream="consultation"):
    """发函征询: a department must reply; the case's clock keeps running meanwhile (R24)."""

    consultation_id: UUID = doc("The letter.", "征求意见函")
    case_id: UUID = doc("The case it is about.", "办件")
    department: DepartmentCode = doc("Who must reply.", "被征询部门")
    reply_days: int = doc("Working days to reply, as the letter says.", "回函时限", ge=1)
    requested_at: Instant = doc("When the letter was received.", "收函时间")


class ConsultationExtended(Event, source="approval", stream="consultation"):
    """同意延期回函: asked for by the department, granted by the bureau (R24)."""

    consultation_id: UUID = doc("The letter.", "征求意见函")
    department: DepartmentCode = doc("Who must reply.", "被征询部门")
    days: int = doc("So many further working days.", "延长工作日数", ge=1)
    extended_at: Instant = doc("When.", "同意时间")


class ConsultationRecalled(Event, source="approval", stream="consultation"):
    """撤回征询: nobody need reply any more (R24)."""

    consultation_id: UUID = doc("The letter.", "征求意见函")
    department: DepartmentCode = doc("Who need not reply.", "被征询部门")
    recalled_at: Instant = doc("When.", "撤回时间")


class SurveyCalled(Event, source="approval", stream="survey"):
    """组织勘验: at least two are sent to look (R32; ALL art. 34, 55)."""

    survey_id: UUID = doc("The survey.", "现场勘验")
    case_id: UUID = doc("The case it is for.", "办件")
    departments: Departments = doc("Who joins it.", "参加部门")
    called_at: Instant = doc("When the team was named.", "指派时间")


class SurveyResultDrafted(Event, source="approval", stream="survey"):
    """勘验结论待签: every invited department signs it (R32)."""

    survey_id: UUID = doc("The survey.", "现场勘验")
    departments: Departments = doc("Who must sign.", "应签署部门")
    drafted_at: Instant = doc("When.", "形成时间")


class HearingRightNotified(Event, source="approval", stream="hearing"):
    """告知听证权利: whoever wants a hearing asks for it within five days (ALL art. 47)."""

    hearing_id: UUID = doc("The hearing.", "听证")
    case_id: UUID = doc("The case it is about.", "办件")
    notified_at: Instant = doc("When they were told.", "告知时间")


class HearingRequested(Event, source="approval", stream="hearing"):
    """申请听证: the agency holds it within twenty days (ALL art. 47)."""

    hearing_id: UUID = doc("The hearing.", "听证")
    requested_at: Instant = doc("When.", "申请时间")


class HearingScheduled(Event, source="approval", stream="hearing"):
    """确定听证时间: notice is due seven clear days before it (ALL art. 48)."""

    hearing_id: UUID = doc("The hearing.", "听证")
    hearing_at: Instant = doc("When it will be held.", "听证时间")
    scheduled_at: Instant = doc("When this was fixed.", "确定时间")


class HearingNoticed(Event, source="approval", stream="hearing"):
    """通知听证: time and place are known to whom it concerns (ALL art. 48)."""

    hearing_id: UUID = doc("The hearing.", "听证")
    hearing_at: Instant = doc("When it will be held.", "听证时间")
    noticed_at: Instant = doc("When.", "通知时间")


class HearingHeld(Event, source="approval", stream="hearing"):
    """举行听证: held; the decision rests on its transcript (ALL art. 48)."""

    hearing_id: UUID = doc("The hearing.", "听证")
    held_at: Instant = doc("When.", "举行时间")
