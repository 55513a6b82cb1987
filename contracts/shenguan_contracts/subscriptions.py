"""What does notify-svc say of the systems it calls? What became of a subscription, and what could not be delivered.

A receiver's web address and secret never travel: whoever may see them asks notify-svc.
"""

from __future__ import annotations

from uuid import UUID

from .event import Event, doc
from .types import DepartmentCode, Instant, Text


class SubscriptionRegistered(Event, source="notify", stream="subscription"):
    """登记订阅: a department's system is called from now on (R15)."""

    subscription_id: UUID = doc("The subscription.", "订阅")
    department: DepartmentCode = doc("Whose system.", "部门代码")
    registered_at: Instant = doc("When.", "登记时间")


class SubscriptionChanged(Event, source="notify", stream="subscription"):
    """变更订阅: what is sent, or where to, is another from now on."""

    subscription_id: UUID = doc("The subscription.", "订阅")
    department: DepartmentCode = doc("Whose system.", "部门代码")
    changed_at: Instant = doc("When.", "变更时间")


class SubscriptionSecretRotated(Event, source="notify", stream="subscription"):
    """更换签名密钥: both secrets sign until the overlap ends."""

    subscription_id: UUID = doc("The subscription.", "订阅")
    department: DepartmentCode = doc("Whose system.", "部门代码")
    rotated_at: Instant = doc("When.", "更换时间")
    overlap_ends_at: Instant = doc("Until when the old secret signs, too.", "旧密钥停用时间")


class SubscriptionTested(Event, source="notify", stream="subscription"):
    """测试推送: sent to this subscription alone, whatever it filters."""

    subscription_id: UUID = doc("The subscription.", "订阅")
    department: DepartmentCode = doc("Whose system.", "部门代码")
    tested_at: Instant = doc("When.", "测试时间")


class SubscriptionReplayed(Event, source="notify", stream="subscription"):
    """重新推送: events of the department's feed are sent once more, under their own numbers and ids."""

    subscription_id: UUID = doc("The subscription.", "订阅")
    department: DepartmentCode = doc("Whose system.", "部门代码")
    first: int = doc("From which number of the feed.", "起始序号", ge=1)
    last: int = doc("To which number.", "截止序号", ge=1)
    only_failed: bool = doc("Only what could not be delivered.", "仅失败的")
    replayed_at: Instant = doc("When it was asked for.", "申请时间")


class SubscriptionPaused(Event, source="notify", stream="subscription"):
    """暂停推送: nothing is sent until somebody resumes it; the feed keeps everything."""

    subscription_id: UUID = doc("The subscription.", "订阅")
    department: DepartmentCode = doc("Whose system.", "部门代码")
    reason: Text = doc("Why, as a code: asked, gone, unreachable.", "原因")
    paused_at: Instant = doc("When.", "暂停时间")


class SubscriptionResumed(Event, source="notify", stream="subscription"):
    """恢复推送: it goes on where it stood."""

    subscription_id: UUID = doc("The subscription.", "订阅")
    department: DepartmentCode = doc("Whose system.", "部门代码")
    resumed_at: Instant = doc("When.", "恢复时间")


class SubscriptionCancelled(Event, source="notify", stream="subscription"):
    """取消订阅: for good."""

    subscription_id: UUID = doc("The subscription.", "订阅")
    department: DepartmentCode = doc("Whose system.", "部门代码")
    cancelled_at: Instant = doc("When.", "取消时间")


class DeliveryExhausted(Event, source="notify", stream="subscription"):
    """推送失败: three working days of tries are over; the rest of its key goes on, and it can be sent again."""

    subscription_id: UUID = doc("The subscription.", "订阅")
    department: DepartmentCode = doc("Whose system.", "部门代码")
    number: int = doc("Its number in the department's feed.", "推送序号", ge=1)
    about: str = doc("The subject of the event that was not delivered.", "相关对象")
    tries: int = doc("How often it was tried.", "尝试次数", ge=1)
    exhausted_at: Instant = doc("When.", "认定时间")
