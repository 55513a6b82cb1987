"""A house whose channels lead to this machine: a web server that plays every robot, and a mail server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from notify_svc.app import service
from shenguan_chassis.testing.house import OpenHouse
from shenguan_chassis.testing.receiver import Receiver, receiving, status

from ..obligations.neighbours import neighbours
from .mailbox import Mailbox, mailing
from .town import Town, settled


@pytest.fixture
async def robots() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        receiver.answer = status(200, "content-type: application/json", body=b'{"errcode":0,"code":0}')
        yield receiver


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with mailing() as box:
        yield box


@pytest.fixture
async def town(
    open_house: OpenHouse, robots: Receiver, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    """The house with the offices `fire`, `bureau` and the overseer's, their posts filled, and the clock on a Monday."""
    base = robots.url.removesuffix("/hook")
    for name, value in {
        "WEBHOOK_NETWORKS": "127.0.0.0/8",
        "WECOM_URL": f"{base}/wecom",
        "DINGTALK_URL": f"{base}/dingtalk",
        "FEISHU_URL": f"{base}/feishu",
        "SMS_GATEWAY_URL": f"{base}/sms",
        "SMS_GATEWAY_TOKEN": "gate-token",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mailbox.port),
        "SMTP_SECURITY": "insecure",
        "SMTP_FROM": "noreply@shenguan.example.com",
        "REMINDER_PATIENCE": "4",
        "PUBLIC_URL": "https://shenguan.example.gov.cn",
    }.items():
        monkeypatch.setenv(f"SHENGUAN_{name}", value)
    house = await open_house(service)
    async with neighbours(house):
        yield await settled(house, robots, mailbox)
