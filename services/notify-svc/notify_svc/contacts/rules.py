"""By what is a person reached, and what may change about that? One contact per person; withdrawn, it holds nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shenguan_chassis.personal.value import Personal
from shenguan_chassis.refusals import Refusal
from shenguan_contracts.reminders import ContactChanged, ContactRegistered, ContactWithdrawn, ReminderChannel
from shenguan_kernel.machines import Machine, Transition, step

from .addresses import EmailAddress, RobotKey, SigningRobot, WebAddress
from .hours import Habit


class ContactState(StrEnum):
    """状态."""

    REGISTERED = "registered"
    """可提醒"""
    WITHDRAWN = "withdrawn"
    """已注销，内容已删除"""


_UNRESOLVED: Final = "unresolved"
"""What the look-up says of a name that nobody knows."""
_S = ContactState
TRANSITIONS: Final[Machine[ContactState]] = {
    ContactRegistered: Transition(to=_S.REGISTERED),
    ContactChanged: Transition((_S.REGISTERED, _S.WITHDRAWN), _S.REGISTERED),
    ContactWithdrawn: Transition((_S.REGISTERED,), _S.WITHDRAWN),
}


class ContactKnown(Refusal, rule="R16"):
    """该人员已登记过提醒渠道：请使用“变更”。"""


class NoChannel(Refusal, status=422, rule="R16"):
    """未填写任何提醒渠道：请至少填写一种；不再接收提醒的，请使用“注销”。"""


class NothingChanged(Refusal, rule="R16"):
    """内容与已登记的一致：无需变更。"""


class ContactIsWithdrawn(Refusal, rule="PIPL 47"):
    """提醒渠道已注销：需要恢复的，请用“变更”重新填写。"""


class ChannelAddressRefused(Refusal, status=422, rule="SSRF 防护", field="webhook"):
    """该地址不可调用：须为 https 公网地址，或运行单位允许的政务内网地址，不得为本机、私有、链路本地或元数据地址。"""


class ChannelAddressUnresolved(Refusal, status=422, rule="SSRF 防护", field="webhook"):
    """查不到该地址的域名：请核对是否填错；政务内网的域名，请运行单位检查本平台能否解析。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What leads to a person, and when the person may be told. `operations`: also of what befalls the platform."""

    email: EmailAddress | None = None
    wecom: RobotKey | None = None
    dingtalk: SigningRobot | None = None
    feishu: RobotKey | None = None
    webhook: WebAddress | None = None
    sms: bool = False
    operations: bool = False
    quiet_from_minute: int
    quiet_to_minute: int
    digest_minute: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Reach):
    """提醒渠道: `id` is the person's own reference. A text message goes to the mobile phone of the person."""

    id: UUID
    version: int = 0
    department: str
    state: ContactState
    registered_at: datetime

    @property
    def channels(self) -> tuple[ReminderChannel, ...]:
        """The kinds of channel that lead to the person."""
        return tuple(channel for channel in ReminderChannel if getattr(self, channel.value))

    @property
    def habit(self) -> Habit:
        """When the person may be told."""
        return Habit(self.quiet_from_minute, self.quiet_to_minute, self.digest_minute)

    def address(self, channel: ReminderChannel) -> Personal | None:
        """What leads there; None where nothing does, or the person's own mobile phone."""
        found = getattr(self, channel.value)
        return found if isinstance(found, Personal) else None


def _parts(reach: Reach) -> dict[str, Any]:
    return {field.name: getattr(reach, field.name) for field in fields(Reach)}


def channels_of(reach: Reach) -> tuple[ReminderChannel, ...]:
    """The kinds that are filled. Raises NoChannel."""
    found = tuple(channel for channel in ReminderChannel if getattr(reach, channel.value))
    if not found:
        raise NoChannel
    return found


def may_be_called(because: str | None) -> None:
    """`because` is why a web address may not be called, as it was looked up.

    Raises ChannelAddressRefused, ChannelAddressUnresolved.
    """
    if because == _UNRESOLVED:
        raise ChannelAddressUnresolved
    if because is not None:
        raise ChannelAddressRefused(reason=because)


def register(
    known: Contact | None, person_id: UUID, department: str, reach: Reach, at: datetime
) -> tuple[Contact, ContactRegistered]:
    """登记提醒渠道. Raises ContactKnown, NoChannel."""
    if known is not None:
        raise ContactKnown(person=person_id)
    said = ContactRegistered(contact_id=person_id, department=department, channels=channels_of(reach), registered_at=at)
    state = step(TRANSITIONS, None, said)
    return Contact(id=person_id, department=department, state=state, registered_at=at, **_parts(reach)), said


def change(contact: Contact, reach: Reach, at: datetime) -> tuple[Contact, ContactChanged]:
    """变更提醒渠道; a withdrawn one is good again. Raises NoChannel, NothingChanged."""
    said = ContactChanged(
        contact_id=contact.id, department=contact.department, channels=channels_of(reach), changed_at=at
    )
    changed = replace(contact, **_parts(reach), state=step(TRANSITIONS, contact.state, said))
    if changed == contact:
        raise NothingChanged(person=contact.id)
    return changed, said


def withdraw(contact: Contact, at: datetime) -> tuple[Contact, ContactWithdrawn]:
    """注销提醒渠道: what led to the person is erased from the row (PIPL 47). Raises ContactIsWithdrawn."""
    if contact.state is ContactState.WITHDRAWN:
        raise ContactIsWithdrawn(person=contact.id)
    said = ContactWithdrawn(contact_id=contact.id, department=contact.department, withdrawn_at=at)
    nothing = Reach(quiet_from_minute=contact.quiet_from_minute, quiet_to_minute=contact.quiet_to_minute)
    return replace(contact, **_parts(nothing), state=step(TRANSITIONS, contact.state, said)), said
