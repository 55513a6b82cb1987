"""How does a developer see a department's events on his own machine? `listen` brings them, `send-test` asks for one."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
import orjson
import typer
from rich.console import Console

from shenguan_chassis.egress import Secret, Signer
from shenguan_chassis.identity import Caller
from shenguan_chassis.keys import new_master_key
from shenguan_kernel.roles import Role

from .asking import Data, asking, checked, give, issuer_in, running_at, secret_of

_console = Console(highlight=False)
_WAIT = 20
_AGAIN = 2.0
_CONTENT = "application/cloudevents+json; charset=UTF-8"
"""What the house's own messages say of themselves."""


def listen(  # noqa: PLR0913, PLR0917 - the options of one command
    department: Annotated[str, typer.Argument(help="部门代码 department code.")],
    forward_to: Annotated[str, typer.Option(help="本机地址 the local address that events are sent to.")],
    secret: Annotated[str, typer.Option(help="签名密钥 whsec_…; by default a new one, shown.")] = "",
    after: Annotated[int, typer.Option(min=0, help="自此序号之后 begin after this feedsequence.")] = 0,
    most: Annotated[int, typer.Option("--max", min=0, help="转发几条后停止 stop after so many; 0: never.")] = 0,
    data: Data = Path("data"),
) -> None:
    """转发推送: bring a department's feed to a local address, signed like webhooks; needs no way in from outside."""
    shared = secret_of(secret) if secret else Secret.derived(new_master_key(1).encode(), "listen")
    _console.print(f"签名密钥 secret  {shared.hand_over()}")
    system = Caller(
        person="listen", organisation=department, department=department, roles=frozenset({Role.MACHINE_CLIENT})
    )
    url, issuer, sent = running_at(data)["url"], issuer_in(data), 0
    with httpx.Client(base_url=url, timeout=_WAIT + 20) as feed, httpx.Client(timeout=15) as local:
        while not most or sent < most:
            page = _page(feed, issuer.issue(system), after)
            for event in page["items"][: most - sent if most else None]:
                _forward(local, forward_to, shared, event)
                after, sent = int(event["feedsequence"]), sent + 1


def _page(feed: httpx.Client, token: str, after: int) -> Any:
    """What comes next; a district that is being restarted is asked again until it answers."""
    asked, headers = {"after": after, "wait": _WAIT, "limit": 100}, {"Authorization": f"Bearer {token}"}
    while (answer := _answer(feed, asked, headers)) is None:
        _console.print(f"{feed.base_url} 没有应答，继续等待 does not answer: waiting")
        time.sleep(_AGAIN)
    return checked(answer)


def _answer(feed: httpx.Client, asked: dict[str, int], headers: dict[str, str]) -> httpx.Response | None:
    """What the feed's door says; None where it is closed for now."""
    try:
        answer = feed.get("/notify/v1/feed", params=asked, headers=headers)
    except httpx.TransportError:
        return None
    return None if answer.is_server_error else answer


def _forward(local: httpx.Client, url: str, secret: Secret, event: dict[str, str]) -> None:
    body = orjson.dumps(event)
    signed = Signer([secret]).headers(f"listen.{event['feedsequence']}", int(time.time()), body)
    try:
        told = str(local.post(url, content=body, headers={"content-type": _CONTENT, **signed}).status_code)
    except httpx.HTTPError as error:
        told = type(error).__name__
    _console.print(f"#{int(event['feedsequence'])} {event['type'].split('.')[3]} {event['subject']} → {told}")


def send_test(
    subscription: Annotated[UUID, typer.Argument(help="订阅编号 the subscription.")],
    data: Data = Path("data"),
) -> None:
    """发送测试事件: have a test event sent to one subscription, by the way that all events go."""
    with asking(data) as client:
        client.headers["If-Match"] = "*"
        shown = checked(give(client, f"/notify/v1/subscriptions/{subscription}/test", None))
    _console.print(f"已发送 sent: {shown['url']}")
