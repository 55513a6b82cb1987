"""Who can be reminded, and by what? Masked; and which posts nobody can be reached in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_chassis.tx import Tx
from shenguan_contracts.reminders import ReminderChannel
from shenguan_contracts.types import Post
from shenguan_kernel.roles import READERS, Role

from ..directory.views import posts_held
from .addresses import EmailAddress, RobotKey, SigningRobot, WebAddress
from .rules import Contact, ContactState
from .store import contacts, of_operations

LOOKERS = (*READERS, Role.SYSTEM_ADMINISTRATOR)
"""Staff, oversight, a department's own system, and who runs the machinery."""


class ContactListed(Shown):
    """提醒渠道，只列种类."""

    id: UUID = Field(description="人员编号。")
    version: int
    department: str = Field(description="部门代码。")
    channels: tuple[ReminderChannel, ...] = Field(description="渠道种类。")
    operations: bool = Field(description="是否接收平台运行告警。")
    quiet_from: str = Field(description="免打扰起（北京时间）。")
    quiet_to: str = Field(description="免打扰止；起止相同为不设。")
    digest_at: str | None = Field(description="每日汇总的时刻；空为随时发送。")
    state: ContactState = Field(description="状态。")
    registered_at: datetime = Field(description="登记时间。")

    @model_validator(mode="before")
    @classmethod
    def _told(cls, found: Any) -> Any:
        return _facts(found) if isinstance(found, Contact) else found


class ContactView(ContactListed):
    """提醒渠道，内容已脱敏."""

    email: EmailAddress | None
    wecom: RobotKey | None
    dingtalk: SigningRobot | None
    feishu: RobotKey | None
    webhook: WebAddress | None


class PostUnreached(Shown):
    """无法提醒的岗位."""

    department: str = Field(description="部门代码。")
    post: Post = Field(description="岗位。")
    person_id: UUID | None = Field(description="在岗人员；空为岗位空缺。")


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _facts(contact: Contact) -> dict[str, Any]:
    same = ("id", "version", "department", "channels", "operations", "state", "registered_at")
    kinds = [channel for channel in ReminderChannel if channel is not ReminderChannel.SMS]
    return {
        **{name: getattr(contact, name) for name in same},
        **{channel.value: getattr(contact, channel.value) for channel in kinds},
        "quiet_from": _clock(contact.quiet_from_minute),
        "quiet_to": _clock(contact.quiet_to_minute),
        "digest_at": None if contact.digest_minute is None else _clock(contact.digest_minute),
    }


def _listed(row: Mapping[str, Any]) -> ContactListed:
    digest = row["digest_minute"]
    return ContactListed(
        **{name: row[name] for name in ("id", "version", "department", "operations", "state", "registered_at")},
        channels=tuple(channel for channel in ReminderChannel if row[f"has_{channel.value}"]),
        quiet_from=_clock(row["quiet_from_minute"]),
        quiet_to=_clock(row["quiet_to_minute"]),
        digest_at=None if digest is None else _clock(digest),
    )


_HAS = [
    contacts.c[channel.value].is_not(None).label(f"has_{channel.value}")
    for channel in ReminderChannel
    if channel != "sms"
]
CONTACTS = Listing(
    "contacts",
    select(
        contacts.c.id,
        contacts.c.version,
        contacts.c.department,
        contacts.c.operations,
        contacts.c.quiet_from_minute,
        contacts.c.quiet_to_minute,
        contacts.c.digest_minute,
        contacts.c.state,
        contacts.c.registered_at,
        contacts.c.sms.label("has_sms"),
        *_HAS,
    ),
    shows=ContactListed,
    show=_listed,
    filters=[Same("department", "部门代码"), Same("state", "状态")],
    sorts=["id", "registered_at"],
)


@view(*LOOKERS)
async def contacts_listed(read: Read, wanted: Asked) -> Page[ContactListed]:
    """Who can be reminded by what kinds of channel, without what leads there."""
    return await CONTACTS.page(read, wanted)


@view(*LOOKERS)
async def contact_shown(read: Read, contact_id: UUID) -> ContactView:
    """How one officer is reached, masked; raises NotFound."""
    return ContactView.model_validate(await read.get(Contact, contact_id))


@view(*LOOKERS)
async def posts_unreached(read: Read) -> list[PostUnreached]:
    """The posts of a ladder that are vacant, or whose holder has no channel: nobody there is reminded."""
    reachable = select(contacts.c.id).where(contacts.c.state == ContactState.REGISTERED)
    known = {row["id"] for row in await read.rows(reachable)}
    return [
        PostUnreached(department=held.department, post=held.post, person_id=held.person_id)
        for held in await posts_held(read)
        if held.person_id not in known
    ]


async def told_of_operations(tx: Tx) -> list[UUID]:
    """Who is told of what befalls the platform."""
    return [row["id"] for row in await tx.query(of_operations())]
