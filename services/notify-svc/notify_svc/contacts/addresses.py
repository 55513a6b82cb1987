"""What leads to a person? An e-mail address, a chat robot's key, a web address: kept like any personal datum.

Sealed to its row, masked wherever shown, never on the bus. A robot's key is taken from its whole address, too, as it is
pasted. A kind's name stands in what is sealed: it never changes.
"""

from __future__ import annotations

import re
from typing import Final

from pydantic_core import PydanticCustomError

from shenguan_chassis.egress.addresses import AddressRefused, parsed
from shenguan_chassis.personal.texts import masked
from shenguan_chassis.personal.value import Personal

_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL: Final = re.compile(rf"[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@(?:{_LABEL}\.)+{_LABEL}")
_MOST_BEFORE_AT: Final = 64
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,128}")
_DINGTALK: Final = re.compile(r"(?:(?P<secret>SEC[A-Za-z0-9]{8,125})@)?[A-Za-z0-9]{8,128}")
_SHOWN: Final = 4


def in_clear(address: Personal) -> str:
    """What leads there, for the one message that goes there (`make check` counts who reads it)."""
    return address.reveal()


class EmailAddress(Personal, kind="email"):
    """电子邮箱: `l***@example.gov.cn`."""

    example = "liaison@example.com"

    @staticmethod
    def check(text: str) -> str:
        """Raises PydanticCustomError `email_form`."""
        local, _, domain = text.rpartition("@")
        if not _EMAIL.fullmatch(text) or len(local) > _MOST_BEFORE_AT:
            raise PydanticCustomError("email_form", "电子邮箱格式不符：应为“名称@域名”，请核对后重试。")
        return f"{local}@{domain.lower()}"

    @staticmethod
    def mask(clear: str) -> str:
        """The first letter and the domain."""
        local, _, domain = clear.rpartition("@")
        return f"{local[:1]}***@{masked(domain)}"


class RobotKey(Personal, kind="robot_key"):
    """企业微信或飞书群机器人的密钥 (`key=` or the last part of its address): `****c0de`."""

    example = "00000000-0000-0000-0000-00000000c0de"

    @staticmethod
    def check(text: str) -> str:
        """Raises PydanticCustomError `robot_key_form`."""
        key = _last_part(text, "?key=", "/hook/")
        if not _KEY.fullmatch(key):
            raise PydanticCustomError(
                "robot_key_form", "机器人密钥格式不符：请粘贴机器人的完整地址，或其中的密钥部分。"
            )
        return key

    @staticmethod
    def mask(clear: str) -> str:
        """Its last letters."""
        return f"****{clear[-_SHOWN:]}"


class SigningRobot(Personal, kind="signing_robot"):
    """钉钉群机器人: its token, with the secret that it is signed by in front where it has one: `****c0de`."""

    example = "SEC0000000000000000@000000000000c0de"

    @staticmethod
    def check(text: str) -> str:
        """Raises PydanticCustomError `signing_robot_form`."""
        secret, at, token = text.rpartition("@")
        whole = f"{secret}{at}{_last_part(token, '?access_token=')}"
        if not _DINGTALK.fullmatch(whole):
            raise PydanticCustomError(
                "signing_robot_form", "机器人令牌格式不符：应为 access_token，加签的写作“SEC密钥@令牌”，请核对后重试。"
            )
        return whole

    @staticmethod
    def mask(clear: str) -> str:
        """Its last letters."""
        return f"****{clear[-_SHOWN:]}"


class WebAddress(Personal, kind="web_address"):
    """网络接口地址, which may hold a secret in its path: `https://hooks.example.com/****`."""

    example = "https://hooks.example.com/reminders"

    @staticmethod
    def check(text: str) -> str:
        """Raises PydanticCustomError `web_address_form`; whether it may be called is looked at elsewhere."""
        try:
            parsed(text)
        except AddressRefused:
            raise PydanticCustomError("web_address_form", "网络接口地址格式不符：应为完整的 https 地址。") from None
        return text

    @staticmethod
    def mask(clear: str) -> str:
        """Where it is, and nothing behind that."""
        target = parsed(clear)
        return f"{target.scheme}://{masked(target.authority)}/****"


def _last_part(text: str, *marks: str) -> str:
    for mark in marks:
        text = text.rpartition(mark)[2]
    return text.rstrip("/")
