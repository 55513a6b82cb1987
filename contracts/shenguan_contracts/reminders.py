"""What does notify-svc say of the people it reminds? That they can be reached, and what became of each reminder.

A reference to the person travels, and by what kind of channel; what leads to the person never does (PIPL art. 51).
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from .event import Event, doc
from .types import DepartmentCode, Instant


class ReminderChannel(StrEnum):
    """By what kind of channel a person is reached."""

    EMAIL = "email"
    """电子邮件"""
    WECOM = "wecom"
    """企业微信（政务微信）群机器人"""
    DINGTALK = "dingtalk"
    """钉钉（政务钉钉）群机器人"""
    FEISHU = "feishu"
    """飞书群机器人"""
    WEBHOOK = "webhook"
    """网络接口，JSON"""
    SMS = "sms"
    """短信，经运行单位的短信网关"""


class Occasion(StrEnum):
    """What a reminder is about."""

    NEARLY_DUE = "nearly_due"
    """临期（黄牌）"""
    OVERDUE = "overdue"
    """逾期，逐级提醒（R10、R35）"""
    RESCHEDULED = "rescheduled"
    """日历调整，截止日改变"""
    TAKEN_BACK = "taken_back"
    """逾期认定已撤回"""
    DISCLAIMED = "disclaimed"
    """申请认定不适用，待第二人认定"""
    CLOCK_DOUBTED = "clock_doubted"
    """时钟存疑"""
    RECEIVER_PAUSED = "receiver_paused"
    """接收方停用，推送已暂停"""
    CALENDAR_AWAITED = "calendar_awaited"
    """下一年度工作日历尚未公布"""
    TRIED = "tried"
    """测试"""


class ContactRegistered(Event, source="notify", stream="contact"):
    """登记提醒渠道: the person can be reminded; the contact has the person's own reference as its id (R16)."""

    contact_id: UUID = doc("The person's reference.", "人员引用")
    department: DepartmentCode = doc("The person's department.", "部门代码")
    channels: tuple[ReminderChannel, ...] = doc("By what kinds of channel.", "渠道种类")
    registered_at: Instant = doc("When.", "登记时间")


class ContactChanged(Event, source="notify", stream="contact"):
    """变更提醒渠道: another way to be reached, or another time of day."""

    contact_id: UUID = doc("The person's reference.", "人员引用")
    department: DepartmentCode = doc("The person's department.", "部门代码")
    channels: tuple[ReminderChannel, ...] = doc("By what kinds of channel from now on.", "渠道种类")
    changed_at: Instant = doc("When.", "变更时间")


class ContactWithdrawn(Event, source="notify", stream="contact"):
    """注销提醒渠道: what led to the person is erased (PIPL art. 47)."""

    contact_id: UUID = doc("The person's reference.", "人员引用")
    department: DepartmentCode = doc("The person's department.", "部门代码")
    withdrawn_at: Instant = doc("When.", "注销时间")


class ReminderPlanned(Event, source="notify", stream="reminder"):
    """列入提醒: one person is to be told of one occasion by one channel, once (R10, R35)."""

    reminder_id: UUID = doc("The reminder.", "提醒")
    department: DepartmentCode = doc("Whose officer is told.", "部门代码")
    person_id: UUID = doc("Who is told, by reference.", "人员引用")
    channel: ReminderChannel = doc("By what kind of channel.", "渠道种类")
    occasion: Occasion = doc("Of what.", "事由")
    obligation_id: UUID | None = doc("Of which obligation, where it is one.", "义务", default=None)
    planned_at: Instant = doc("When this was decided.", "列入时间")
    due_at: Instant = doc("Not before: quiet hours and digests are kept.", "发送时间")


class ReminderSent(Event, source="notify", stream="reminder"):
    """提醒已发出: the channel took it."""

    reminder_id: UUID = doc("The reminder.", "提醒")
    department: DepartmentCode = doc("Whose officer was told.", "部门代码")
    person_id: UUID = doc("Who was told, by reference.", "人员引用")
    channel: ReminderChannel = doc("By what kind of channel.", "渠道种类")
    occasion: Occasion = doc("Of what.", "事由")
    obligation_id: UUID | None = doc("Of which obligation, where it is one.", "义务", default=None)
    tries: int = doc("At which try.", "尝试次数", ge=1)
    sent_at: Instant = doc("When.", "发出时间")


class ReminderFailed(Event, source="notify", stream="reminder"):
    """提醒未能发出: given up after its tries, visibly; it can be sent again."""

    reminder_id: UUID = doc("The reminder.", "提醒")
    department: DepartmentCode = doc("Whose officer was not told.", "部门代码")
    person_id: UUID = doc("Who was not told, by reference.", "人员引用")
    channel: ReminderChannel = doc("By what kind of channel.", "渠道种类")
    occasion: Occasion = doc("Of what.", "事由")
    obligation_id: UUID | None = doc("Of which obligation, where it is one.", "义务", default=None)
    tries: int = doc("After how many tries.", "尝试次数", ge=0)
    failed_at: Instant = doc("When.", "放弃时间")


class ReminderDropped(Event, source="notify", stream="reminder"):
    """提醒已作罢: before it went out, what it says was so no more (the obligation was met, the channel withdrawn)."""

    reminder_id: UUID = doc("The reminder.", "提醒")
    department: DepartmentCode = doc("Whose officer.", "部门代码")
    dropped_at: Instant = doc("When.", "作罢时间")


class ReminderRepeated(Event, source="notify", stream="reminder"):
    """再次发送: somebody asked that it be sent once more."""

    reminder_id: UUID = doc("The reminder.", "提醒")
    department: DepartmentCode = doc("Whose officer.", "部门代码")
    repeated_at: Instant = doc("When.", "申请时间")
