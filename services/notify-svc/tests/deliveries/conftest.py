"""A house that may call this machine, and its department `fire` with a feed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from notify_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse

from .said import registered

MovedIn = Callable[[], Awaitable[House]]


@pytest.fixture
async def house(open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("SHENGUAN_WEBHOOK_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("SHENGUAN_WEBHOOK_PATIENCE", "2")
    made = await open_house(service)
    now = made.clock.legal()
    offices: list[Any] = [registered("fire", now), registered("housing", now)]
    await made.hear(*offices, source="supervision")
    return made
