"""What may be done with contacts? A department's liaison people look after their own; the operator after anybody's."""

from __future__ import annotations

from datetime import time
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.http.unmasking import Unmask
from shenguan_chassis.tx import Tx
from shenguan_kernel.roles import Role

from ..people.rules import Person
from . import rules
from .addresses import EmailAddress, RobotKey, SigningRobot, WebAddress
from .rules import Contact, Reach

KEEPERS = (Role.LIAISON_LEAD, Role.LIAISON_OFFICER, Role.PRINCIPAL_HEAD, Role.SYSTEM_ADMINISTRATOR)
"""Who looks after contacts."""

_Minute = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class ChangeContact(Body):
    """变更提醒渠道：填写全部内容，不填的即不再使用."""

    email: EmailAddress | None = Field(default=None, description="电子邮箱。", examples=["liaison@example.com"])
    wecom: RobotKey | None = Field(
        default=None, description="企业微信（政务微信）群机器人的地址或密钥。", examples=[None]
    )
    dingtalk: SigningRobot | None = Field(
        default=None, description="钉钉（政务钉钉）群机器人的令牌；加签的写作“SEC密钥@令牌”。", examples=[None]
    )
    feishu: RobotKey | None = Field(default=None, description="飞书群机器人的地址或密钥。", examples=[None])
    webhook: WebAddress | None = Field(default=None, description="网络接口地址，以 JSON 接收。", examples=[None])
    sms: bool = Field(default=False, description="是否以短信发至该人员已登记的手机。")
    operations: bool = Field(default=False, description="是否同时接收平台运行告警（时钟存疑等）。")
    quiet_from: _Minute = Field(default="22:00", description="免打扰起（北京时间）；起止相同为不设。")
    quiet_to: _Minute = Field(default="06:00", description="免打扰止。默认夜间：噪声污染防治法第八十八条。")
    digest_at: _Minute | None = Field(
        default=None, description="每日汇总发送的时刻；不填为随时发送。", examples=["08:30"]
    )

    def reach(self) -> Reach:
        """What leads to the person, and when."""
        return Reach(
            email=self.email,
            wecom=self.wecom,
            dingtalk=self.dingtalk,
            feishu=self.feishu,
            webhook=self.webhook,
            sms=self.sms,
            operations=self.operations,
            quiet_from_minute=_minutes(self.quiet_from),
            quiet_to_minute=_minutes(self.quiet_to),
            digest_minute=None if self.digest_at is None else _minutes(self.digest_at),
        )


class RegisterContact(ChangeContact):
    """登记提醒渠道."""

    person_id: UUID = Field(description="人员编号，见“登记人员”。")


def _minutes(text: str) -> int:
    at = time.fromisoformat(text)
    return at.hour * 60 + at.minute


@command(*KEEPERS)
async def register_contact(tx: Tx, body: RegisterContact, because: str | None) -> Contact:
    """Say how a registered officer is reached; it stays here, sealed (R16, PIPL art. 51).

    `because` says why the web address may not be called, if it may not. Each sending looks again.
    """
    person = await tx.get(Person, body.person_id)
    rules.may_be_called(because)
    known = await tx.find(Contact, person.id)
    return tx.add(*rules.register(known, person.id, person.department, body.reach(), tx.now))


@command(*KEEPERS)
async def change_contact(tx: Tx, contact_id: UUID, body: ChangeContact, because: str | None) -> Contact:
    """Another way to be reached, or another time of day, from now on."""
    contact = await tx.get(Contact, contact_id)
    rules.may_be_called(because)
    return tx.save(*rules.change(contact, body.reach(), tx.now))


@command(*KEEPERS)
async def withdraw_contact(tx: Tx, contact_id: UUID) -> Contact:
    """Erase what leads to the person; what waits to be sent is dropped (PIPL art. 47)."""
    return tx.save(*rules.withdraw(await tx.get(Contact, contact_id), tx.now))


@command(*KEEPERS)
async def unmask_contact(tx: Tx, contact_id: UUID, body: Unmask) -> Contact:  # noqa: ARG001 - the door reads the field
    """Read out what leads to an officer for a stated purpose; each reading is on record (PIPL art. 51, 54)."""
    return await tx.get(Contact, contact_id)
