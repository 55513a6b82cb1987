"""What is notify-svc told beyond what every service is? Where it may call, as whom, and how people are reached."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from shenguan_chassis.egress import AddressRefused, Allowed, allowed_networks, parsed
from shenguan_chassis.http import Call, Visit
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.settings import ServiceSettings


def _networks(text: str) -> str:
    try:
        allowed_networks(text)
    except ValueError:
        raise PydanticCustomError("networks", "须为以逗号分隔的网段，如 10.0.0.0/8,2001:db8::/32") from None
    return text


class MailSecurity(StrEnum):
    """How the mail server is talked to."""

    TLS = "ssl"
    """加密连接 (465)"""
    STARTTLS = "starttls"
    """先连接后加密 (587)"""
    NONE = "insecure"
    """不加密，仅限内网 (25)"""


def _web(text: str) -> str:
    try:
        return text and parsed(text).scheme and text.rstrip("/")
    except AddressRefused:
        raise PydanticCustomError("web_address", "须为完整的网址，如 https://robot.example.gov.cn/send") from None


_Web = Annotated[str, AfterValidator(_web)]


class NotifySettings(ServiceSettings):
    """Settings of notify-svc."""

    public_url: _Web = Field(default="", description="Where people open the platform: reminders point there")
    smtp_host: str = Field(default="", description="Mail server for reminders; empty: no e-mail is sent")
    smtp_port: int = Field(default=465, ge=1, le=65_535, description="Its port")
    smtp_security: MailSecurity = Field(default=MailSecurity.TLS, description="ssl, starttls or insecure")
    smtp_user: str = Field(default="", description="As whom it is logged in to; empty: not at all")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="The password of that account")
    smtp_from: str = Field(default="", description="The sender's address")
    wecom_url: _Web = Field(
        default="https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        description="企业微信 robots; a 政务微信 of your own",
    )
    dingtalk_url: _Web = Field(
        default="https://oapi.dingtalk.com/robot/send", description="钉钉 robots; a 政务钉钉 of your own"
    )
    feishu_url: _Web = Field(default="https://open.feishu.cn/open-apis/bot/v2/hook", description="飞书 robots")
    sms_gateway_url: _Web = Field(default="", description="Takes text messages as JSON; empty: none are sent")
    sms_gateway_token: SecretStr = Field(default=SecretStr(""), description="What the gateway is shown as a bearer")
    reminder_patience: float = Field(default=15, gt=0, le=60, description="Seconds that a channel has to take one")
    reminders_at_once: int = Field(default=4, ge=1, le=32, description="Messages under way, each in its own process")
    webhook_networks: Annotated[str, AfterValidator(_networks)] = Field(
        default="", description="Networks of the government's intranet that may be called, also without TLS: by comma"
    )
    webhook_ca_file: Path | None = Field(default=None, description="PEM file of authorities that receivers may use too")
    webhook_certificate_file: Path | None = Field(
        default=None, description="PEM file: what receivers that want a client certificate are shown"
    )
    webhook_key_file: Path | None = Field(default=None, description="PEM file of its private key")
    webhook_patience: float = Field(default=15, gt=0, le=60, description="Seconds that a receiver has to answer")
    webhook_kept_days: int = Field(
        default=90, ge=1, le=3_650, description="Days for which the attempts of what has arrived stay visible"
    )
    webhook_at_once: int = Field(default=4, ge=1, le=64, description="Messages under way to one receiver")


def runtime_of(call: Call | Visit) -> Runtime:
    """The running service behind a door."""
    if not isinstance(call.door, Runtime):
        raise TypeError("this door leads to no running service")
    return call.door


def settings_of(runtime: Runtime) -> NotifySettings:
    """What this service was told."""
    if not isinstance(runtime.settings, NotifySettings):
        raise TypeError("notify-svc was started without its own settings")
    return runtime.settings


def allowed_at(call: Call) -> Allowed:
    """The networks that may be called though they are not public."""
    return allowed_networks(settings_of(runtime_of(call)).webhook_networks)
