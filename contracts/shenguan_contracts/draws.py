"""What becomes of an open draw and of a panel afterwards: escrow, seats given anew, evaluations; and who asks."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from .event import Event, doc
from .expert import Pool
from .types import DepartmentCode, Instant


class PanelPurpose(StrEnum):
    """For what the bureau needs experts (R28, R30)."""

    SURVEY = "survey"
    """现场勘验"""
    APPROVAL = "approval"
    """审批论证"""
    CONSULTATION = "consultation"
    """征求意见"""
    HEARING = "hearing"
    """听证"""


class SeatGround(StrEnum):
    """Why a seat of a panel is given anew."""

    DECLINED = "declined"
    """谢绝"""
    NO_SHOW = "no_show"
    """无故缺席"""


class PanelRequested(Event, source="approval", stream="panel-request"):
    """请求抽取: the bureau needs a panel; the draw that answers names this request (R28, R30)."""

    panel_request_id: UUID = doc("The request.", "抽取请求")
    purpose: str = doc("The subject that needs the panel, such as `survey/<id>`.", "用途对象")
    kind: PanelPurpose = doc("For what.", "用途")
    pool: Pool = doc("From which list.", "名单")
    seats: int = doc("How many.", "席位数", ge=1, le=100)
    per_department: int | None = doc(
        "Most from one department; none: no cap.", "每部门上限", default=None, ge=1, le=100
    )
    fields: tuple[str, ...] = doc("Fields of work of which somebody must be on it.", "须有的从事领域", default=())
    department: DepartmentCode | None = doc("The competent department, if it must be on it.", "主管部门", default=None)
    excluded_departments: tuple[DepartmentCode, ...] = doc("Whose experts stay out.", "不参加的部门", default=())
    requested_at: Instant = doc("When.", "请求时间")


class PanelRefused(Event, source="expert", stream="panel-refusal"):
    """无法抽取: no lawful panel exists for a request; which rule is in the way, and the least that would help (R30)."""

    panel_refusal_id: UUID = doc("The refusal's stream.", "答复")
    panel_request_id: UUID = doc("The request that it answers.", "抽取请求")
    purpose: str = doc("The subject that needs the panel.", "用途对象")
    code: str = doc("Why, as the code of the refusal.", "原因代码")
    conflict: tuple[str, ...] = doc("Parts of the rule that cannot be met together.", "冲突项目")
    relaxations: tuple[str, ...] = doc("Each a smallest change that would do, as `part=value`.", "放宽办法")
    refused_at: Instant = doc("When.", "答复时间")


class CustodianKeyRegistered(Event, source="expert", stream="custodian"):
    """登记托管密钥: an office can open withheld numbers together with another (R30)."""

    custodian_id: UUID = doc("The custodian.", "托管单位")
    department: DepartmentCode = doc("Which office.", "单位代码")
    key: str = doc("Its public key, hex.", "公钥")
    registered_at: Instant = doc("When.", "登记时间")


class DrawNumberEscrowed(Event, source="expert", stream="draw"):
    """托管随机数: two custodians can now open this contributor's number; anyone can check that (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    contributor: DepartmentCode = doc("Whose number.", "提供部门")
    escrow_hash: str = doc("SHA-256 of the escrow, hex.", "托管文件哈希")
    escrowed_at: Instant = doc("When.", "托管时间")


class DrawEscrowed(Event, source="expert", stream="draw"):
    """托管齐备: numbers may be revealed, and to withhold one is no choice any more (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    reveal_by: Instant = doc("Until when the numbers must be revealed.", "揭示截止时间")
    escrowed_at: Instant = doc("When.", "托管时间")


class DrawRevealsMissed(Event, source="expert", stream="draw"):
    """揭示逾期: custodians open what was withheld (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    missing: tuple[DepartmentCode, ...] = doc("Whose numbers are missing.", "未揭示部门")
    departments: tuple[DepartmentCode, ...] = doc("The custodians.", "托管单位")
    open_by: Instant = doc("Until when they open them.", "开启截止时间")
    missed_at: Instant = doc("When.", "逾期时间")


class DrawShareOpened(Event, source="expert", stream="draw"):
    """开启托管份额: one custodian's part of a withheld number; the second part opens it (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    contributor: DepartmentCode = doc("Whose number.", "提供部门")
    custodian: DepartmentCode = doc("Which custodian.", "托管单位")
    opened_at: Instant = doc("When.", "开启时间")


class SeatVacancyReported(Event, source="expert", stream="draw"):
    """报告离任: one person says that a member declines or did not come; a second must say the same (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    expert_no: str = doc("Which member.", "专家编号")
    ground: SeatGround = doc("Why.", "事由")
    reported_at: Instant = doc("When.", "报告时间")


class ExpertDeclined(Event, source="expert", stream="draw"):
    """谢绝: by the expert's own signature or before two witnesses; its words are nowhere (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    expert_no: str = doc("Which member.", "专家编号")
    department: DepartmentCode = doc("The expert's department.", "所属部门")
    signed: bool = doc("Whether the expert signed it.", "本人签名")
    declined_at: Instant = doc("When.", "谢绝时间")


class ExpertMissed(Event, source="expert", stream="draw"):
    """无故缺席: two persons of the competent department, or of the bureau, say so (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    expert_no: str = doc("Which member.", "专家编号")
    department: DepartmentCode = doc("The expert's department.", "所属部门")
    missed_at: Instant = doc("When.", "缺席时间")


class ExpertReplaced(Event, source="expert", stream="draw"):
    """补抽: a seat is given anew by a proof of its own; the certificate grew by it (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    purpose: str = doc("The subject that needs the panel.", "用途对象")
    number: int = doc("Which replacement of this draw, from 1.", "第几次补抽", ge=1)
    expert_no: str = doc("Who left.", "离任专家编号")
    replacement: str = doc("Who was drawn.", "补抽专家编号")
    panel: tuple[str, ...] = doc("The panel as it stands.", "现任专家编号")
    departments: tuple[DepartmentCode, ...] = doc("Whose experts are on it.", "专家所属部门")
    certificate_hash: str = doc("SHA-256 of the grown certificate, hex.", "证书哈希")
    replaced_at: Instant = doc("When.", "补抽时间")


class PanelReleased(Event, source="expert", stream="draw"):
    """解任: the panel's work is done; it is no load any more (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    purpose: str = doc("The subject that needed the panel.", "用途对象")
    released_at: Instant = doc("When.", "解任时间")


class EvaluationEntered(Event, source="expert", stream="evaluation"):
    """评价专家: one person evaluated how a member served; marks and words stay in this service (R28, R29)."""

    evaluation_id: UUID = doc("The evaluation.", "评价")
    draw_id: UUID = doc("Of which draw.", "抽取")
    department: DepartmentCode = doc("Who evaluates.", "评价部门")
    entered_at: Instant = doc("When.", "评价时间")


class EvaluationConfirmed(Event, source="expert", stream="evaluation"):
    """确认评价: a second person of the same office confirmed it; now it counts (R28, R29)."""

    evaluation_id: UUID = doc("The evaluation.", "评价")
    draw_id: UUID = doc("Of which draw.", "抽取")
    department: DepartmentCode = doc("Who evaluates.", "评价部门")
    confirmed_at: Instant = doc("When.", "确认时间")
