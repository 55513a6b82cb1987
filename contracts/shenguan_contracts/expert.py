"""What does expert-svc say? Who is in the pool, by number only, and how each draw went."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from .event import Event, doc
from .types import DepartmentCode, Instant, LegalDay, Name, OpenCode, Text


class Pool(StrEnum):
    """The two lists of experts."""

    THINK_TANK = "think_tank"
    """审管专家智囊团 (R28)"""
    SURVEY = "survey"
    """现场勘验专家库 (R29)"""


class ExpertFiled(Event, source="expert", stream="expert"):
    """专家备案: a department's nominee is on the list under a number; nothing personal travels (R28, R29, R30)."""

    expert_id: UUID = doc("The expert's stream.", "专家")
    expert_no: str = doc("The pseudonymous number, as in pool snapshots.", "专家编号")
    pool: Pool = doc("Which list.", "名单")
    department: DepartmentCode = doc("Who nominated.", "推荐部门")
    fields: tuple[str, ...] = doc("Fields of work.", "从事领域")
    qualifications: tuple[str, ...] = doc("Qualifications held.", "资质")
    filed_at: Instant = doc("When.", "备案时间")
    quarantine_until: LegalDay | None = doc(
        "In quarantine before this day: on the list, and in no draw yet.", "观察期至", default=None
    )


class ExpertReturned(Event, source="expert", stream="expert"):
    """退回推荐: the nomination is not as the notice wants it; the department mends it or names another (R28, R29)."""

    expert_id: UUID = doc("The expert's stream.", "专家")
    department: DepartmentCode = doc("Who nominated.", "推荐部门")
    reason: Text = doc("What is to be mended.", "退回原因")
    returned_at: Instant = doc("When.", "退回时间")


class ExpertQualified(Event, source="expert", stream="expert"):
    """登记资质: what an expert is qualified for, on the evidence that the bureau has seen (R29)."""

    expert_id: UUID = doc("The expert's stream.", "专家")
    department: DepartmentCode = doc("Whose expert.", "所属部门")
    qualifications: tuple[str, ...] = doc("All that are held from now on.", "资质")
    qualified_at: Instant = doc("When.", "登记时间")


class ExpertKeyRegistered(Event, source="expert", stream="expert"):
    """登记专家签名公钥: with it the expert can decline a panel so that anyone can check it (R30)."""

    expert_id: UUID = doc("The expert's stream.", "专家")
    department: DepartmentCode = doc("Whose expert.", "所属部门")
    public_key: str = doc("Ed25519 public key, hex.", "公钥")
    registered_at: Instant = doc("When.", "登记时间")


class ExpertSuspended(Event, source="expert", stream="expert"):
    """暂停专家: on the list, and in no draw until reinstated (R28, R29)."""

    expert_id: UUID = doc("The expert's stream.", "专家")
    department: DepartmentCode = doc("Whose expert.", "所属部门")
    reason: Text = doc("Why.", "暂停原因")
    suspended_at: Instant = doc("When.", "暂停时间")


class ExpertReinstated(Event, source="expert", stream="expert"):
    """恢复专家: may be drawn again (R28, R29)."""

    expert_id: UUID = doc("The expert's stream.", "专家")
    department: DepartmentCode = doc("Whose expert.", "所属部门")
    reason: Text = doc("Why.", "恢复原因")
    reinstated_at: Instant = doc("When.", "恢复时间")


class ExpertRemoved(Event, source="expert", stream="expert"):
    """移出专家库: no longer on the list; the number is never given again (R28, R29)."""

    expert_id: UUID = doc("The expert's stream.", "专家")
    department: DepartmentCode = doc("Whose expert.", "所属部门")
    reason: Text = doc("Why.", "移出原因")
    removed_at: Instant = doc("When.", "移出时间")


class DrawDeclared(Event, source="expert", stream="draw"):
    """公告抽取: pool, rule and chances are fixed before any randomness is known (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    purpose: str = doc("The subject that needs the panel.", "用途对象")
    attempt: int = doc("Which attempt for this purpose, from 1.", "第几次抽取", ge=1)
    assurance_level: int = doc("0, 1 or 2 of the draw's specification.", "保证等级", ge=0, le=2)
    declaration_hash: str = doc("Hash of the declaration, hex.", "公告哈希")
    panels: str = doc("How many lawful panels there are, decimal.", "合法组合数")
    commit_by: Instant | None = doc(
        "Until when commitments are taken; none at levels without them.", "承诺截止时间", default=None
    )
    contributors: tuple[DepartmentCode, ...] = doc("Who contributes randomness.", "随机数提供部门", default=())
    reveal_by: Instant | None = doc("Until when they must be revealed.", "揭示截止时间", default=None)
    beacon_due: Instant | None = doc("From when on the public value is known.", "公共随机值公布时间", default=None)
    custodians: tuple[DepartmentCode, ...] = doc("Who opens what is withheld.", "托管单位", default=())
    give_by: Instant | None = doc("Until when numbers are put in escrow.", "托管截止时间", default=None)
    open_by: Instant | None = doc("Until when custodians open.", "开启截止时间", default=None)
    panel_request_id: UUID | None = doc("The request that it answers.", "抽取请求", default=None)
    declared_at: Instant = doc("When.", "公告时间")


class DrawCompleted(Event, source="expert", stream="draw"):
    """抽取完成: the panel and the hash of the certificate that anyone can check (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    purpose: str = doc("The subject that needs the panel.", "用途对象")
    departments: tuple[DepartmentCode, ...] = doc("Whose experts were drawn.", "专家所属部门")
    panel: tuple[str, ...] = doc("The numbers drawn.", "抽中专家编号")
    assurance_level: int = doc("0, 1 or 2 of the draw's specification.", "保证等级", ge=0, le=2)
    certificate_hash: str = doc("SHA-256 of the certificate file, hex.", "证书哈希")
    panel_request_id: UUID | None = doc("The request that it answers.", "抽取请求", default=None)
    completed_at: Instant = doc("When.", "完成时间")


class DrawVoided(Event, source="expert", stream="draw"):
    """抽取作废: visible for ever, with its reason; the next attempt counts on."""

    draw_id: UUID = doc("The draw.", "抽取")
    purpose: str = doc("The subject that needed the panel.", "用途对象")
    reason: Text = doc("Why.", "作废原因")
    panel_request_id: UUID | None = doc("The request that it answered.", "抽取请求", default=None)
    voided_at: Instant = doc("When.", "作废时间")


class DrawNumberCommitted(Event, source="expert", stream="draw"):
    """承诺随机数: one contributor is bound to a number that nobody else knows (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    contributor: DepartmentCode = doc("Whose number.", "提供部门")
    commitment: str = doc("The commitment, hex.", "承诺值")
    committed_at: Instant = doc("When.", "承诺时间")


class DrawNumberRevealed(Event, source="expert", stream="draw"):
    """揭示随机数: one contributor's number, which fits its commitment (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    contributor: DepartmentCode = doc("Whose number.", "提供部门")
    number: str = doc("The number, 32 bytes in hex.", "随机数")
    revealed_at: Instant = doc("When.", "揭示时间")


class DrawBeaconRead(Event, source="expert", stream="draw"):
    """录入公共随机值: what the declared source published; a second person must read the same (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    value: str = doc("The value, in the one spelling of the draw's specification.", "公共随机值")
    read_at: Instant = doc("When.", "录入时间")


class DrawCommitted(Event, source="expert", stream="draw"):
    """承诺齐备: every contributor is bound to a number that nobody knows yet (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    reveal_by: Instant = doc("Until when the numbers must be revealed.", "揭示截止时间")
    give_by: Instant | None = doc("Until when they must be in escrow.", "托管截止时间", default=None)
    committed_at: Instant = doc("When.", "承诺时间")


class DrawRevealed(Event, source="expert", stream="draw"):
    """揭示齐备: the numbers are known and fit their commitments (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    beacon_due: Instant | None = doc("From when on the public value is known.", "公共随机值公布时间", default=None)
    revealed_at: Instant = doc("When.", "揭示时间")


class Quota(BaseModel):
    """推荐人数: how many one department names for a list."""

    model_config = ConfigDict(frozen=True)

    least: int = doc("At least.", "至少", ge=0, le=100)
    most: int = doc("At most.", "至多", ge=1, le=100)


class NominationWindowOpened(Event, source="expert", stream="nomination-window"):
    """开放推荐: every department files its lists by a day at 15:00 (R28, R29, R34)."""

    nomination_window_id: UUID = doc("The window.", "推荐窗口")
    departments: tuple[DepartmentCode, ...] = doc("Who must nominate.", "应推荐部门", min_length=1)
    closes_at: Instant = doc("When it closes.", "截止时间")
    opened_at: Instant = doc("When.", "开放时间")
    title: Name | None = doc("What it is called.", "名称", default=None)
    think_tank: Quota | None = doc("How many for the think tank.", "智囊团推荐人数", default=None)
    survey: Quota | None = doc("How many for the survey pool.", "勘验专家库推荐人数", default=None)
    quarantine_days: int = doc(
        "For how many days newcomers are in no draw.", "新入库专家观察期天数", default=0, ge=0, le=3650
    )


class NominationWindowClosed(Event, source="expert", stream="nomination-window"):
    """推荐收结: the bureau takes no more, the late ones included (R34)."""

    nomination_window_id: UUID = doc("The window.", "推荐窗口")
    departments: tuple[DepartmentCode, ...] = doc("Who had to nominate.", "应推荐部门")
    missing: tuple[DepartmentCode, ...] = doc("Who named nobody for either list.", "未推荐部门")
    closed_at: Instant = doc("When.", "收结时间")


class Confirmation(OpenCode):
    """How a department stands by its sub-list."""

    IDENTITY = "identity"
    """经身份认证的联络负责人确认"""
    KEY = "key"
    """部门登记公钥签名"""


class SubListSubmitted(Event, source="expert", stream="sub-list"):
    """报送部门名单: whom a department names for one list, by number only (R28, R29, R34)."""

    sub_list_id: UUID = doc("The sub-list.", "部门名单")
    nomination_window_id: UUID = doc("Within which window.", "推荐窗口")
    department: DepartmentCode = doc("Who nominates.", "推荐部门")
    pool: Pool = doc("For which list.", "名单")
    members: tuple[str, ...] = doc("The numbers, in order.", "专家编号")
    digest: str = doc("What the department confirms, hex.", "名单摘要")
    late: bool = doc("True after the closing instant.", "是否迟报")
    deviation: Text | None = doc("Why there are more or fewer than the notice wants.", "人数不符的理由", default=None)
    submitted_at: Instant = doc("When.", "报送时间")


class SubListRevised(Event, source="expert", stream="sub-list"):
    """修改部门名单: after a return, or before it is confirmed; the department confirms it anew (R28, R29)."""

    sub_list_id: UUID = doc("The sub-list.", "部门名单")
    department: DepartmentCode = doc("Who nominates.", "推荐部门")
    members: tuple[str, ...] = doc("The numbers, in order.", "专家编号")
    digest: str = doc("What the department confirms, hex.", "名单摘要")
    late: bool = doc("True after the closing instant.", "是否迟报")
    deviation: Text | None = doc("Why there are more or fewer than the notice wants.", "人数不符的理由", default=None)
    revised_at: Instant = doc("When.", "修改时间")


class SubListConfirmed(Event, source="expert", stream="sub-list"):
    """确认部门名单: the department stands by exactly these, so that whoever is added to them shows (R30)."""

    sub_list_id: UUID = doc("The sub-list.", "部门名单")
    department: DepartmentCode = doc("Who nominates.", "推荐部门")
    digest: str = doc("What is confirmed, hex.", "名单摘要")
    manner: Confirmation = doc("How.", "确认方式")
    public_key: str | None = doc("The department's key, hex, where it signed.", "签名公钥", default=None)
    signature: str | None = doc("Its Ed25519 signature of the digest, hex.", "签名", default=None)
    confirmed_at: Instant = doc("When.", "确认时间")


class SigningKeyRegistered(Event, source="expert", stream="signing-key"):
    """登记部门签名公钥: with it a department signs its sub-lists (R30)."""

    signing_key_id: UUID = doc("The department's key.", "签名公钥")
    department: DepartmentCode = doc("Whose.", "部门")
    public_key: str = doc("Ed25519 public key, hex.", "公钥")
    registered_at: Instant = doc("When.", "登记时间")


class PoolFrozen(Event, source="expert", stream="pool-snapshot"):
    """冻结名单快照: among whom lots can be drawn from now on, before any randomness is known (R30)."""

    pool_snapshot_id: UUID = doc("The snapshot.", "名单快照")
    pool: Pool = doc("Of which list.", "名单")
    departments: tuple[DepartmentCode, ...] = doc("Whose experts are in it.", "专家所属部门")
    digest: str = doc("By which anyone finds and checks it, hex.", "快照摘要")
    candidates: int = doc("How many are in it.", "人数", ge=0)
    excluded: int = doc("How many of them may not be drawn.", "排除人数", ge=0)
    previous: str | None = doc("The snapshot of the last draw from this list.", "上次抽取的快照", default=None)
    joined: int = doc("How many came since then.", "新增人数", ge=0)
    left: int = doc("How many went.", "减少人数", ge=0)
    changed: int = doc("How many differ.", "变动人数", ge=0)
    frozen_at: Instant = doc("When.", "冻结时间")


class ExpertNominated(Event, source="expert", stream="expert"):
    """推荐专家: a department names somebody within a window; nothing personal travels (R28, R29)."""

    expert_id: UUID = doc("The expert's stream.", "专家")
    nomination_window_id: UUID = doc("Within which window.", "推荐窗口")
    department: DepartmentCode = doc("Who nominated.", "推荐部门")
    nominated_at: Instant = doc("When.", "推荐时间")
    expert_no: str | None = doc("The pseudonymous number.", "专家编号", default=None)
    pool: Pool | None = doc("For which list.", "名单", default=None)
    late: bool = doc("True after the closing instant (R34).", "是否迟报", default=False)


class PatternKind(StrEnum):
    """Where a pattern shows."""

    DRAWN = "drawn"
    """各次抽取: in all panels as the lot gave them"""
    STANDING = "standing"
    """有效名单: in the panels that were not voided"""


class DrawPatternNoticed(Event, source="expert", stream="draw-pattern"):
    """察觉抽取异常: what was drawn would look so by chance less than once in 10,000 lives of the record (R30)."""

    draw_pattern_id: UUID = doc("The pattern.", "异常")
    kind: PatternKind = doc("In all panels drawn, or in those that stand.", "范围")
    expert_no: str = doc("The expert who weighs most in it.", "专家编号")
    department: DepartmentCode | None = doc("Whose expert; None where the latest pool no longer has it.", "所属部门")
    draws: int = doc("After how many draws it showed.", "抽取次数", ge=1)
    once_in: int = doc("By chance less than once in so many lives of the record.", "偶然性：若干分之一", ge=1)
    noticed_at: Instant = doc("When.", "察觉时间")
