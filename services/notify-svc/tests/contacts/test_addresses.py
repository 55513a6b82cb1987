"""What leads to a person is taken in its usual forms, kept in one, and shown masked."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from notify_svc.contacts.addresses import EmailAddress, RobotKey, SigningRobot, WebAddress, in_clear
from shenguan_chassis.personal.value import Personal

KEY = "12345678-aaaa-bbbb-cccc-1234567890ab"


@pytest.mark.parametrize(
    ("kind", "given", "kept", "masked"),
    [
        (EmailAddress, "Li.Ming@Example.GOV.cn", "Li.Ming@example.gov.cn", "L***@example.gov.cn"),
        (EmailAddress, "19987654321@139.com", "19987654321@139.com", "1***@139.com"),
        (RobotKey, KEY, KEY, "****90ab"),
        (RobotKey, f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", KEY, "****90ab"),
        (RobotKey, f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}", KEY, "****90ab"),
        (SigningRobot, "0123456789abcdef", "0123456789abcdef", "****cdef"),
        (
            SigningRobot,
            "SEC0123456789@https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef",
            "SEC0123456789@0123456789abcdef",
            "****cdef",
        ),
        (WebAddress, "https://hooks.example.com:8443/a/secret?b=c", None, "https://hooks.example.com:8443/****"),
        (WebAddress, "https://a.19987654321.example.com/", None, "https://a.199****4321.example.com/****"),
    ],
)
def test_an_address_is_kept_in_one_form_and_shown_masked(
    kind: type[Personal], given: str, kept: str | None, masked: str
) -> None:
    address = kind(given)

    assert (in_clear(address), address.masked) == (kept or given, masked)
    assert str(address) == masked


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (EmailAddress, "liaison"),
        (EmailAddress, "a@b"),
        (EmailAddress, "a@example.com\r\nBcc: b@example.com"),
        (EmailAddress, "a@example.com,b@example.com"),
        (EmailAddress, "甲 <a@example.com>"),
        (EmailAddress, "a..b@example.com"),
        (RobotKey, "short"),
        (RobotKey, "12345678/../../send"),
        (RobotKey, "https://evil.example.com/send?token=12345678"),
        (SigningRobot, "SEC@0123456789"),
        (SigningRobot, "0123456789?to=13900000000"),
        (WebAddress, "file:///etc/passwd"),
        (WebAddress, "https://user:word@example.com/"),
        (WebAddress, "https://example.com:22/"),
        (WebAddress, "mailto://a:b@example.com"),
    ],
)
def test_what_could_lead_elsewhere_is_refused(kind: type[Personal], given: str) -> None:
    with pytest.raises(PydanticCustomError):
        kind(given)
