"""What does expert-svc say? Who is in the pool, by number only, and how each draw went."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from .event import Event, doc
from .types import DepartmentCode, Instant, Text


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
    declared_at: Instant = doc("When.", "公告时间")


class DrawCompleted(Event, source="expert", stream="draw"):
    """抽取完成: the panel and the hash of the certificate that anyone can check (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    purpose: str = doc("The subject that needs the panel.", "用途对象")
    departments: tuple[DepartmentCode, ...] = doc("Whose experts were drawn.", "专家所属部门")
    panel: tuple[str, ...] = doc("The numbers drawn.", "抽中专家编号")
    assurance_level: int = doc("0, 1 or 2 of the draw's specification.", "保证等级", ge=0, le=2)
    certificate_hash: str = doc("SHA-256 of the certificate file, hex.", "证书哈希")
    completed_at: Instant = doc("When.", "完成时间")


class DrawVoided(Event, source="expert", stream="draw"):
    """抽取作废: visible for ever, with its reason; the next attempt counts on."""

    draw_id: UUID = doc("The draw.", "抽取")
    purpose: str = doc("The subject that needed the panel.", "用途对象")
    reason: Text = doc("Why.", "作废原因")
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
    committed_at: Instant = doc("When.", "承诺时间")


class DrawRevealed(Event, source="expert", stream="draw"):
    """揭示齐备: the numbers are known and fit their commitments (R30)."""

    draw_id: UUID = doc("The draw.", "抽取")
    revealed_at: Instant = doc("When.", "揭示时间")


class NominationWindowOpened(Event, source="expert", stream="nomination-window"):
    """开放推荐: every department files its lists by a day at 15:00 (R28, R29, R34)."""

    nomination_window_id: UUID = doc("The window.", "推荐窗口")
    departments: tuple[DepartmentCode, ...] = doc("Who must nominate.", "应推荐部门", min_length=1)
    closes_at: Instant = doc("When it closes.", "截止时间")
    opened_at: Instant = doc("When.", "开放时间")


class ExpertNominated(Event, source="expert", stream="expert"):
    """推荐专家: a department names somebody within a window; nothing personal travels (R28, R29)."""

    expert_id: UUID = doc("The expert's stream.", "专家")
    nomination_window_id: UUID = doc("Within which window.", "推荐窗口")
    department: DepartmentCode = doc("Who nominated.", "推荐部门")
    nominated_at: Instant = doc("When.", "推荐时间")
