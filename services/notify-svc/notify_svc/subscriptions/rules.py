"""Who is called, for what, until when? A subscription narrows its department's feed; it never sees beyond it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shenguan_chassis.egress.secret import Secret
from shenguan_chassis.refusals import Refusal
from shenguan_contracts.subscriptions import (
    SubscriptionCancelled,
    SubscriptionChanged,
    SubscriptionPaused,
    SubscriptionRegistered,
    SubscriptionReplayed,
    SubscriptionResumed,
    SubscriptionSecretRotated,
    SubscriptionTested,
)
from shenguan_contracts.types import BUREAU

LONGEST_OVERLAP: Final = timedelta(days=7)
"""So long two secrets are good at once, at most."""
_UNRESOLVED: Final = "unresolved"
"""What the look-up says of a name that nobody knows."""
MOST_OPEN: Final = 50
"""Subscriptions of one department that are not cancelled."""


class SubscriptionState(StrEnum):
    """状态."""

    ACTIVE = "active"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class SubscriptionOver(Refusal, rule="订阅"):
    """该订阅已取消：需要时请重新登记。"""


class SubscriptionNotActive(Refusal, rule="订阅"):
    """该订阅已暂停：请先恢复，再发送。"""


class SubscriptionRunning(Refusal, rule="订阅"):
    """该订阅正在推送：无需恢复。"""


class AnothersEvents(Refusal, status=403, rule="R15", field="departments"):
    """只能订阅本部门可见的事件：请只填写本部门代码，或不填。"""


class TooManySubscriptions(Refusal, rule="订阅"):
    """本部门的订阅已达上限：请先取消不再使用的订阅。"""


class NothingToReplay(Refusal, status=422, rule="订阅", field="after"):
    """所填范围内没有已推送过的事件：请核对序号或时间。"""


class WebAddressRefused(Refusal, status=422, rule="SSRF 防护", field="url"):
    """该地址不可调用：须为 https 公网地址，或运行单位允许的政务内网地址，不得为本机、私有、链路本地或元数据地址。"""


class WebAddressUnresolved(Refusal, status=422, rule="SSRF 防护", field="url"):
    """查不到该地址的域名：请核对是否填错；政务内网的域名，请运行单位检查本平台能否解析。"""


class NoFeedYet(Refusal, rule="订阅"):
    """本部门尚未登记或登记尚未生效，暂无可推送的事件：请先登记部门，稍后重试。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is sent where: filters that must all hold; an empty one asks nothing."""

    url: str
    types: tuple[str, ...]
    departments: tuple[str, ...]
    items: tuple[str, ...]
    subjects: tuple[str, ...]
    batch: int
    client_certificate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """订阅: one system of one department, called with what its department may see."""

    id: UUID
    version: int = 0
    department: str
    url: str
    types: tuple[str, ...]
    departments: tuple[str, ...]
    items: tuple[str, ...]
    subjects: tuple[str, ...]
    batch: int
    client_certificate: bool
    state: SubscriptionState = SubscriptionState.ACTIVE
    paused_because: str | None = None
    secret: Secret
    old_secret: Secret | None = None
    old_secret_until: datetime | None = None
    registered_at: datetime
    resumed_at: datetime

    @classmethod
    def first(cls, registered: SubscriptionRegistered, wanted: Wanted, secret: Secret) -> Subscription:
        """The subscription as registered."""
        return cls(
            id=registered.subscription_id,
            department=registered.department,
            secret=secret,
            registered_at=registered.registered_at,
            resumed_at=registered.registered_at,
            **_parts(wanted),
        )

    @property
    def subject(self) -> str:
        """Its stream."""
        return f"{SubscriptionRegistered.noun}/{self.id}"

    def secrets(self, at: datetime) -> tuple[Secret, ...]:
        """The secrets that sign at an instant, the new one first."""
        overlaps = self.old_secret is not None and self.old_secret_until is not None and at < self.old_secret_until
        return (self.secret, self.old_secret) if overlaps and self.old_secret else (self.secret,)

    def meets(self, event: Mapping[str, Any]) -> bool:
        """Is this event, as it stands in the feed, to be sent? A key that it lacks never matches."""
        name, data = event["type"].split(".")[3], event["data"]
        if name == SubscriptionTested.__name__:
            return bool(event["subject"] == self.subject)
        return (
            _among(name, self.types)
            and _among(event["subject"], self.subjects)
            and _among(data.get("item_code"), self.items)
            and (not self.departments or any(office in self.departments for office in _offices(data)))
        )


def _parts(wanted: Wanted) -> dict[str, Any]:
    return {field.name: getattr(wanted, field.name) for field in fields(wanted)}


def _among(value: Any, wanted: tuple[str, ...]) -> bool:
    return not wanted or value in wanted


def _offices(data: Mapping[str, Any]) -> tuple[Any, ...]:
    return (data.get("department"), *(data.get("departments") or ()))


def may_be_called(because: str | None) -> None:
    """`because` is why an address may not be called. Raises WebAddressRefused, WebAddressUnresolved."""
    if because == _UNRESOLVED:
        raise WebAddressUnresolved
    if because is not None:
        raise WebAddressRefused(reason=because)


def register(
    subscription_id: UUID, department: str, wanted: Wanted, *, open_ones: int, at: datetime
) -> SubscriptionRegistered:
    """登记订阅; `open_ones` the department has already. Raises AnothersEvents, TooManySubscriptions."""
    _own(department, wanted)
    if open_ones >= MOST_OPEN:
        raise TooManySubscriptions(most=MOST_OPEN)
    return SubscriptionRegistered(subscription_id=subscription_id, department=department, registered_at=at)


def change(subscription: Subscription, wanted: Wanted, *, at: datetime) -> tuple[Subscription, SubscriptionChanged]:
    """变更订阅. Raises SubscriptionOver, AnothersEvents."""
    _not_over(subscription)
    _own(subscription.department, wanted)
    said = SubscriptionChanged(subscription_id=subscription.id, department=subscription.department, changed_at=at)
    return replace(subscription, **_parts(wanted)), said


def _own(department: str, wanted: Wanted) -> None:
    """Who names others' events is told at once, though the feed would never hold them."""
    if department != BUREAU and set(wanted.departments) - {department}:
        raise AnothersEvents


def rotate(
    subscription: Subscription, secret: Secret, overlap: timedelta, *, at: datetime, wall: datetime
) -> tuple[Subscription, SubscriptionSecretRotated]:
    """更换签名密钥: until `overlap` after `wall` (system time) both sign. Raises SubscriptionOver."""
    _not_over(subscription)
    ends = wall + overlap
    said = SubscriptionSecretRotated(
        subscription_id=subscription.id, department=subscription.department, rotated_at=at, overlap_ends_at=ends
    )
    return replace(subscription, secret=secret, old_secret=subscription.secret, old_secret_until=ends), said


def pause(subscription: Subscription, reason: str, *, at: datetime) -> tuple[Subscription, SubscriptionPaused]:
    """暂停. Raises SubscriptionOver, SubscriptionNotActive."""
    _active(subscription)
    said = SubscriptionPaused(
        subscription_id=subscription.id, department=subscription.department, reason=reason, paused_at=at
    )
    return replace(subscription, state=SubscriptionState.PAUSED, paused_because=reason), said


def resume(subscription: Subscription, *, at: datetime, wall: datetime) -> tuple[Subscription, SubscriptionResumed]:
    """恢复: three working days of tries begin anew. Raises SubscriptionOver, SubscriptionRunning."""
    _not_over(subscription)
    if subscription.state is SubscriptionState.ACTIVE:
        raise SubscriptionRunning
    said = SubscriptionResumed(subscription_id=subscription.id, department=subscription.department, resumed_at=at)
    running = replace(subscription, state=SubscriptionState.ACTIVE, paused_because=None, resumed_at=wall)
    return running, said


def cancel(subscription: Subscription, *, at: datetime) -> tuple[Subscription, SubscriptionCancelled]:
    """取消, for good. Raises SubscriptionOver."""
    _not_over(subscription)
    said = SubscriptionCancelled(subscription_id=subscription.id, department=subscription.department, cancelled_at=at)
    return replace(subscription, state=SubscriptionState.CANCELLED, paused_because=None), said


def try_out(subscription: Subscription, *, at: datetime) -> SubscriptionTested:
    """测试推送. Raises SubscriptionOver, SubscriptionNotActive."""
    _active(subscription)
    return SubscriptionTested(subscription_id=subscription.id, department=subscription.department, tested_at=at)


def replay(
    subscription: Subscription, first: int, last: int, *, only_failed: bool, at: datetime
) -> SubscriptionReplayed:
    """重新推送 of numbers that were sent before. Raises SubscriptionOver, SubscriptionNotActive, NothingToReplay."""
    _active(subscription)
    if last < first:
        raise NothingToReplay
    return SubscriptionReplayed(
        subscription_id=subscription.id,
        department=subscription.department,
        first=first,
        last=last,
        only_failed=only_failed,
        replayed_at=at,
    )


def _not_over(subscription: Subscription) -> None:
    if subscription.state is SubscriptionState.CANCELLED:
        raise SubscriptionOver


def _active(subscription: Subscription) -> None:
    _not_over(subscription)
    if subscription.state is SubscriptionState.PAUSED:
        raise SubscriptionNotActive
