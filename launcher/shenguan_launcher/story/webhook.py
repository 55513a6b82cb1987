"""The act of the messenger: a department's own system is called, and believes only what was signed for it (R15)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .stage import Stage

_CHAPTER = "七、系统对接：签名推送  A department's system is called (R15)"


@dataclass
class Came:
    """What a department's system was sent."""

    messages: list[tuple[bytes, Mapping[str, str]]] = field(default_factory=list)


async def call_a_system(stage: Stage) -> None:
    """A real HTTP server subscribes, is sent a test event, and verifies it by the official library."""
    stage.narrator.chapter(_CHAPTER)
    body = {"department": "fire", "url": "http://169.254.169.254/latest"}
    await stage.refused(
        "fire-liaison", "/notify/v1/subscriptions", body, code="web_address_refused", said="登记云主机元数据地址"
    )
    if stage.forward is None:
        await _read_the_feed(stage)
        return
    came = Came()
    async with system(came) as url:
        wanted = body | {"url": url, "types": ["ApprovalIssued"]}
        made = await stage.do("fire-liaison", "/notify/v1/subscriptions", wanted, said="登记订阅", expect=201)
        path = f"/notify/v1/subscriptions/{made['id']}"
        await stage.heard(lambda: _begun(stage, path), service="notify", said="订阅已生效")
        await stage.do("fire-liaison", f"{path}/test", said="发送测试事件")
        await stage.heard(lambda: _some(came), service="notify", said="消防系统收到推送")
        _verify(stage, made["secret"], *came.messages[0])
        await stage.do("fire-liaison", f"{path}/cancel", said="取消订阅")


async def _begun(stage: Stage, path: str) -> bool:
    shown: dict[str, Any] = await stage.read("fire-liaison", f"{path}/receiver")
    return bool(shown["begun"])


async def _some(came: Came) -> bool:
    return bool(came.messages)


def _verify(stage: Stage, secret: str, body: bytes, headers: Mapping[str, str]) -> None:
    event = Webhook(secret).verify(body, dict(headers))
    stage.check(event["type"].endswith("SubscriptionTested.v1"), "官方 standardwebhooks 库验签通过")
    try:
        Webhook(secret).verify(body.replace(b"fire", b"water"), dict(headers))
        believed = True
    except WebhookVerificationError:
        believed = False
    stage.check(not believed, "改动一处的推送不被接受")


async def _read_the_feed(stage: Stage) -> None:
    """Where nobody can call this machine, its system asks instead."""
    page = await stage.read("fire-liaison", "/notify/v1/feed", limit=1_000)
    numbers = [int(event["feedsequence"]) for event in page["items"]]
    stage.check(numbers == list(range(1, len(numbers) + 1)), f"消防系统经 HTTP 接收推送 {len(numbers)} 条，序号连续")


class _Server(uvicorn.Server):
    """Signals belong to the demo."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # uvicorn's is a generator
        return nullcontext()


@asynccontextmanager
async def system(came: Came) -> AsyncIterator[str]:
    """A department's system, on this machine: it keeps what it is sent."""

    async def hook(request: Request) -> Response:
        came.messages.append((await request.body(), dict(request.headers)))
        return Response(status_code=204)

    app = Starlette(routes=[Route("/hook", hook, methods=["POST"])])
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="none", loop="none")
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn rings no bell
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/hook"
    finally:
        server.should_exit = True
        await task
