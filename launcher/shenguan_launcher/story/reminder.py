"""The act within the act: an officer says how he is reached, and is told of a lateness there (R10, R35)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson

from .stage import Stage
from .webhook import Came, system

_WHO = {"department": "health", "name": "示例", "title": "联络负责人", "mobile": "13900000000"}
Told = Callable[[str], Awaitable[None]]


@asynccontextmanager
async def reached(stage: Stage) -> AsyncIterator[Told]:
    """The late office's liaison lead is registered, designated and reached; `told(obligation)` awaits the message."""
    came = Came()
    async with system(came) as url:
        person = await stage.do("administrator", "/notify/v1/people", _WHO, said="登记卫健联络负责人", expect=201)
        path = "/supervision/v1/departments/health/posts/liaison_lead/designate"
        await stage.do("administrator", path, {"person_id": person["id"]}, said="由其担任联络负责人")
        body = {"person_id": person["id"], "webhook": url, "quiet_from": "00:00", "quiet_to": "00:00"}
        made = await stage.do("administrator", "/notify/v1/contacts", body, said="登记提醒渠道", expect=201)
        stage.check(made["webhook"].endswith("/****"), "提醒渠道加密保存，应答中已脱敏")

        async def told(obligation: str) -> None:
            await stage.heard(lambda: _late(came), service="notify", said="联络负责人在自己的渠道收到逾期提醒")
            sent = await stage.heard(lambda: _sent(stage, obligation), service="notify", said="该次提醒已记录在案")
            shown = await stage.read("overseer", f"/notify/v1/reminders/{sent['id']}")
            stage.check(shown["attempts"][-1]["outcome"] == "sent", f"提醒：{shown['told']}")

        yield told


async def _late(came: Came) -> bool:
    return any(orjson.loads(body)["title"].startswith("逾期") for body, _ in came.messages)


async def _sent(stage: Stage, obligation: str) -> Any:
    page = await stage.read("overseer", "/notify/v1/reminders", obligation_id=obligation)
    told = [row for row in page["items"] if (row["occasion"], row["state"]) == ("overdue", "sent")]
    return next(iter(told), None)
