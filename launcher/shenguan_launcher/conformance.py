"""Does a department's system keep what a receiver must? A story is played at it, with a verdict per promise."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx
import typer
from rich.console import Console

from shenguan_chassis.egress import Secret, Signer
from shenguan_contracts.envelope import encode, urn
from shenguan_contracts.subscriptions import SubscriptionTested

from .asking import say, secret_of

_QUICK_ENOUGH = 10.0
"""Seconds; Shenguan waits 15 and then sends again."""
_OLD = 3_600
_NOT_THERE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)
_SOURCE = urn("000000", "notify")
_console = Console(highlight=False)


class NobodyThere(Exception):
    """没有应答: nothing can be said of a receiver that is not there, or whose effects nobody tells."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One promise: whether it is kept (None: could not be looked at), what was seen, and what to do."""

    promise: str
    kept: bool | None
    seen: str
    advice: str


@dataclass
class Kit:
    """A sender that can also misbehave."""

    http: httpx.AsyncClient
    url: str
    secret: Secret
    effects: str
    slowest: float = 0.0
    sent: dict[UUID, list[str]] = field(default_factory=dict)

    def event(self, stream: UUID, number: int) -> bytes:
        """Number `number` of a stream."""
        now = datetime.now(UTC)
        said = SubscriptionTested(subscription_id=stream, department="example", tested_at=now)
        self.sent.setdefault(stream, []).append(f"{said.subject}#{number}")
        return encode(said, source=_SOURCE, sequence=number, time=now)

    def headers(self, message: str, body: bytes, *, at: int | None = None) -> dict[str, str]:
        """Signed as Shenguan signs."""
        signed = Signer([self.secret]).headers(message, at or int(time.time()), body)
        return {"content-type": "application/cloudevents+json; charset=UTF-8", **signed}

    async def send(self, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of its answer; 0 if there was none."""
        began = time.perf_counter()
        try:
            answer = await self.http.post(self.url, content=body, headers=headers)
        except httpx.HTTPError:
            return 0
        finally:
            self.slowest = max(self.slowest, time.perf_counter() - began)
        return answer.status_code

    async def deliver(self, stream: UUID, number: int) -> int:
        """Send an event well, again after a 5xx or none, as Shenguan would; the last status."""
        body, message = self.event(stream, number), f"{uuid4()}"
        for pause in (0.2, 0.5, 1.0):
            status = await self.send(body, self.headers(message, body))
            if 0 < status < 500:
                return status
            await asyncio.sleep(pause)
        return await self.send(body, self.headers(message, body))

    async def applied(self, stream: UUID) -> list[int] | None:
        """The numbers of a stream that took effect, in order; None where nobody tells."""
        if not self.effects:
            return None
        try:
            rows: list[dict[str, Any]] = (await self.http.get(self.effects)).json()
            return [int(row["sequence"]) for row in rows if str(stream) in row["subject"]]
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError):
            raise NobodyThere(f"{self.effects}：未按 [{{id, subject, sequence}}] 应答，请核对 --effects") from None


Step = Callable[[Kit], Awaitable[Verdict]]


def _good(status: int) -> bool:
    return 200 <= status < 300


def _refused(status: int) -> bool:
    return 400 <= status < 500


async def _takes(kit: Kit) -> Verdict:
    status = await kit.deliver(uuid4(), 1)
    return Verdict(
        "签名正确的事件被接收", _good(status), f"HTTP {status}", "以 2xx 应答；核对签名密钥与请求原文（勿重排 JSON）。"
    )


async def _refuses_forged(kit: Kit) -> Verdict:
    body = kit.event(uuid4(), 1)
    forged = kit.headers("forged", body) | {"webhook-signature": "v1," + "A" * 43 + "="}
    altered = await kit.send(body.replace(b"example", b"another"), kit.headers("altered", body))
    bare = await kit.send(body, {"content-type": "application/json"})
    seen = [await kit.send(body, forged), altered, bare]
    advice = "验签失败、内容被改动或缺少签名头的，应答 401，不作任何处理。"
    return Verdict("伪造、改动和未签名的被拒绝", all(map(_refused, seen)), f"HTTP {seen}", advice)


async def _refuses_old(kit: Kit) -> Verdict:
    body = kit.event(uuid4(), 1)
    now = int(time.time())
    seen = [await kit.send(body, kit.headers("old", body, at=now + shift)) for shift in (-_OLD, _OLD)]
    advice = "webhook-timestamp 与本机时间相差超过 5 分钟的应拒绝（防重放）；请校准时钟。"
    return Verdict("过旧和未来的时间戳被拒绝", all(map(_refused, seen)), f"HTTP {seen}", advice)


async def _applies_once(kit: Kit) -> Verdict:
    stream = uuid4()
    body = kit.event(stream, 1)
    seen = [await kit.send(body, kit.headers("same", body)) for _ in range(3)]
    applied = await kit.applied(stream)
    kept = all(map(_good, seen)) and (None if applied is None else applied == [1])
    return Verdict(
        "重复送达：每次 2xx，只生效一次",
        kept,
        f"HTTP {seen}，生效 {applied}",
        "按 webhook-id 或事件编号去重；重复的也答 2xx。",
    )


async def _after_a_cut(kit: Kit) -> Verdict:
    stream = uuid4()
    body = kit.event(stream, 1)
    headers = kit.headers("cut", body)
    try:
        await kit.http.post(kit.url, content=body, headers=headers, timeout=httpx.Timeout(5, read=0.001))
    except httpx.HTTPError:
        await asyncio.sleep(0.3)
    status = await kit.send(body, headers)
    applied = await kit.applied(stream)
    kept = _good(status) and (None if applied is None else applied == [1])
    advice = "生效与去重记录写入同一事务：发送方未收到应答（或收到 500）时会再送。"
    return Verdict("应答丢失或 500 之后再送：只生效一次", kept, f"HTTP {status}，生效 {applied}", advice)


async def _across_keys(kit: Kit) -> Verdict:
    first, second = uuid4(), uuid4()
    order = [(second, 1), (first, 1), (second, 2), (first, 2), (first, 3)]
    seen = [await kit.deliver(stream, number) for stream, number in order]
    found = [await kit.applied(first), await kit.applied(second)]
    kept = all(map(_good, seen)) and (None if None in found else found == [[1, 2, 3], [1, 2]])
    return Verdict(
        "不同对象的先后可互换，同一对象按序生效", kept, f"HTTP {seen}，生效 {found}", "不要假定不同对象间的先后。"
    )


async def _late_copy(kit: Kit) -> Verdict:
    stream = uuid4()
    seen = [await kit.deliver(stream, number) for number in (1, 2, 1)]
    applied = await kit.applied(stream)
    kept = all(map(_good, seen)) and (None if applied is None else applied == [1, 2])
    advice = "同一对象 sequence 不大于已知者，视为旧事件：答 2xx，不再生效。"
    return Verdict("迟到的旧事件不覆盖新状态", kept, f"HTTP {seen}，生效 {applied}", advice)


async def _rotation(kit: Kit) -> Verdict:
    body = kit.event(uuid4(), 1)
    headers = kit.headers("rotated", body)
    other = Secret.derived(b"another", "secret").sign(f"rotated.{headers['webhook-timestamp']}.".encode() + body)
    headers["webhook-signature"] = f"{other} v1a,{'A' * 86}== {headers['webhook-signature']}"
    status = await kit.send(body, headers)
    return Verdict(
        "更换密钥期间多个签名，任一有效即接收",
        _good(status),
        f"HTTP {status}",
        "逐个比对以空格分隔的签名；不认识的版本略过。",
    )


async def _takes_batches(kit: Kit) -> Verdict:
    stream = uuid4()
    body = b"[" + b",".join(kit.event(stream, number) for number in (1, 2, 3)) + b"]"
    headers = kit.headers("batch", body) | {"content-type": "application/cloudevents-batch+json; charset=UTF-8"}
    seen = [await kit.send(body, headers) for _ in range(2)]
    applied = await kit.applied(stream)
    kept = all(map(_good, seen)) and (None if applied is None else applied == [1, 2, 3])
    advice = "一批为事件的 JSON 数组：逐条去重、按序生效，全部落库后才答 2xx；不支持时请将订阅的 batch 设为 1。"
    return Verdict("一批多条：按序生效，重复的一批只生效一次", kept, f"HTTP {seen}，生效 {applied}", advice)


async def _quick(kit: Kit) -> Verdict:
    kept = kit.slowest < _QUICK_ENOUGH
    return Verdict(
        f"{_QUICK_ENOUGH:.0f} 秒内应答", kept, f"最慢 {kit.slowest:.2f} 秒", "先落库再应答，耗时的处理放到之后。"
    )


async def _reached(kit: Kit) -> None:
    """Is there anybody? What a story shows of an address where nothing listens would be told of the wrong thing."""
    body = kit.event(uuid4(), 1)
    try:
        await kit.http.post(kit.url, content=body, headers=kit.headers("hello", body))
    except _NOT_THERE as error:
        why = f"{type(error).__name__} {error}".strip()
        raise NobodyThere(f"{kit.url} 没有应答（{why}）：请核对地址，先启动接收方再自检。") from None


STORY: tuple[Step, ...] = (
    _takes,
    _refuses_forged,
    _refuses_old,
    _applies_once,
    _after_a_cut,
    _across_keys,
    _late_copy,
    _rotation,
    _quick,
)


BATCHES: tuple[Step, ...] = (_takes_batches,)
"""What is asked besides of a receiver that wants several events at once."""


async def play(url: str, secret: Secret, effects: str = "", story: Sequence[Step] = STORY) -> list[Verdict]:
    """The whole story at one receiver; raises NobodyThere."""
    async with httpx.AsyncClient(timeout=_QUICK_ENOUGH + 5, trust_env=False) as http:
        kit = Kit(http, url, secret, effects)
        await _reached(kit)
        return [await step(kit) for step in story]


def conformance(
    url: Annotated[str, typer.Argument(help="接收地址 where the consumer takes webhooks.")],
    secret: Annotated[str, typer.Option(help="签名密钥 its secret, whsec_….", envvar="WEBHOOK_SECRET")],
    effects: Annotated[
        str, typer.Option(help="查询生效结果的地址 tells what took effect: [{id, subject, sequence}].")
    ] = "",
    batch: Annotated[bool, typer.Option("--batch", help="订阅按批推送 the subscription asks for batches.")] = False,
) -> None:
    """接收方自检: duplicates, reordering, forged and old messages, rotation, redelivery; exit 0 only if all is kept."""
    shared = secret_of(secret)
    try:
        verdicts = asyncio.run(play(url, shared, effects, BATCHES + STORY if batch else STORY))
    except NobodyThere as none:
        raise typer.Exit(say(str(none))) from None
    for verdict in verdicts:
        sign = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "[yellow]？[/yellow]"}[verdict.kept]
        _console.print(f"{sign} {verdict.promise}  [dim]{verdict.seen}[/dim]", markup=True)
        if verdict.kept is not True:
            _console.print(
                f"    ↳ {verdict.advice if verdict.kept is False else '未核实：请用 --effects 给出查询地址。'}"
            )
    raise typer.Exit(0 if all(verdict.kept for verdict in verdicts) else 1)
