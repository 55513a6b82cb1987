"""What may auditors ask of a service? Whether its log is whole, what it saw of the others' logs, and by which keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from ..deciding import public, view
from ..identity.powers import AUDITING, LOOKING_BACK, OPERATING
from ..journal.exporting import exported
from ..journal.faults import TITLES, Fault, Finding, first_of
from ..journal.head import public_keys
from ..journal.history import Subject, rows_of
from ..journal.sealing import unsealed
from ..journal.verifying import verify
from ..reading import Read
from ..service import Service
from .body import Shown
from .call import Call, Visit, json_of

_MOST_SEALS = 9_999_999_999
"""Seals that a log may ever have: a number with more digits could be somebody's telephone."""
After = Annotated[
    int, Query(ge=0, le=_MOST_SEALS, description="自第几次封存之后（续读：上次应答的 next 或末条的 seal）。")
]
"""Behind which seal an answer begins."""
_SECONDS = 4.0
"""How long one answer verifies; the caller asks on from there."""
_MOST_HEADS = 1_000
_WITNESSED = """
SELECT source, number AS seal, last, encode(head, 'hex') AS head, statement,
       encode(key, 'hex') AS key, encode(signature, 'hex') AS signature, at
FROM witness WHERE ($1::text IS NULL OR source = $1) AND (source, number) > ($2, $3)
ORDER BY source, number, head LIMIT $4
"""


class FaultShown(Shown):
    """Something that is not as it was sealed."""

    fault: Fault = Field(description="何种异常 (code)。")
    title: str = Field(description="何种异常。")
    seal: int = Field(description="第几次封存。")
    entry: int = Field(description="第几条。")
    upto: int | None = Field(description="至第几条（不能确定到单条时）。")
    about: str = Field(description="哪一行、哪个事件；不含内容。")
    sentence: str = Field(description="一句话说明。")


class HeadShown(Shown):
    """A head of the chain."""

    seal: int = Field(description="第几次封存。")
    last: int = Field(description="至第几条。")
    head: str = Field(description="链首哈希，十六进制。")


class ChainShown(Shown):
    """What was found in a part of a service's log, from the seal after `after` on."""

    service: str = Field(description="服务。")
    source: str = Field(description="服务的 URN。")
    rows: int = Field(description="截至此处的条数：日志行与事件。")
    head: str = Field(description="截至此处的链首哈希，十六进制。")
    unsealed: int = Field(description="尚未封存的条数。")
    next: int | None = Field(description="还有后续时，下一次请求的 after；已到链尾则为空。")
    broken_at: int | None = Field(description="首个异常在第几条；完好则为空。")
    faults: list[FaultShown] = Field(description="发现的异常，按条序。")
    heads: list[HeadShown] = Field(description="此段各次封存的链首，供与其他服务见证的链首核对。")


class HeadKeyShown(Shown):
    """A public key that signs, or signed, this service's heads."""

    generation: int = Field(description="主密钥代次。")
    key: str = Field(description="Ed25519 公钥，十六进制。")
    current: bool = Field(description="是否为当前签名公钥。")


class HeadKeysShown(Shown):
    """By which keys a service's log may be known."""

    service: str = Field(description="服务。")
    keys: list[HeadKeyShown] = Field(description="公钥，当前的在前。")


class WitnessedShown(Shown):
    """A head of another service's log, as that service signed it."""

    source: str = Field(description="哪个服务的链首。")
    seal: int = Field(description="第几次封存。")
    last: int = Field(description="至第几条。")
    head: str = Field(description="链首哈希，十六进制。")
    statement: str = Field(description="封存声明原文。")
    key: str = Field(description="签名公钥，十六进制。")
    signature: str = Field(description="签名，十六进制。")
    at: datetime = Field(description="封存时间（系统时间）。")


class ExportShown(Shown):
    """Some seals of a log with what lies under them."""

    source: str = Field(description="服务的 URN。")
    seals: list[dict[str, Any]] = Field(description="各次封存及其条目；为空则已到链尾。")


class DoneShown(Shown):
    """Something that was done to an aggregate, or tried."""

    at: datetime = Field(description="何时（系统时间）。")
    legal_at: datetime = Field(description="何时（法定时钟）。")
    command: str = Field(description="何种操作。")
    version: int | None = Field(description="操作后的版本。")
    status: int = Field(description="应答状态码。")
    code: str | None = Field(description="被拒绝的，其代码（仅审计人员可见）。")
    organisation: str = Field(description="办理单位。")
    department: str | None = Field(description="部门代码。")
    roles: list[str] = Field(description="办理人岗位。")
    person: str | None = Field(description="办理人账号；他部门人员仅审计人员可见。")


class HistoryShown(Shown):
    """What happened to an aggregate, the oldest first."""

    items: list[DoneShown] = Field(description="逐次操作。")
    next: str | None = Field(description="下一页的 after；末页为空。")


def router(service: Service) -> APIRouter:
    """The auditors' doors of a service."""
    doors = APIRouter(tags=["审计"])
    _chain(doors, service)
    _witnesses(doors)
    _history(doors, service)
    return doors


@view(AUDITING, OPERATING)
async def chain_shown(read: Read, service: Service, source: str, after: int) -> ChainShown:
    """What verification of the log finds after a seal."""
    younger = await unsealed(read.connection)
    known = set(public_keys(read.keys).values())
    verdict = await verify(read.connection, source, known, after, _SECONDS)
    first = first_of(verdict.findings)
    return ChainShown(
        service=service.name,
        source=source,
        rows=verdict.upto.last,
        head=verdict.upto.head.hex(),
        unsealed=younger,
        next=None if verdict.ended else verdict.upto.seal,
        broken_at=None if first is None else first.entry,
        faults=[fault_shown(finding) for finding in verdict.findings],
        heads=[HeadShown(seal=seal, last=last, head=head.hex()) for seal, (last, head) in verdict.heads.items()],
    )


@view(AUDITING)
async def witnessed_shown(read: Read, source: str | None, after: tuple[str, int]) -> Sequence[WitnessedShown]:
    """What this service saw of the others' logs."""
    rows = await read.connection.fetch(_WITNESSED, source, *after, _MOST_HEADS)
    return [WitnessedShown.model_validate(dict(row)) for row in rows]


@view(LOOKING_BACK)
async def history_shown(read: Read, service: Service, subject: str, after: str | None, limit: int) -> HistoryShown:
    """What happened to an aggregate, for whoever may see it."""
    items, more = await rows_of(read, tuple(service.tables), Subject.read(subject), after, limit)
    return HistoryShown(items=[DoneShown.model_validate(row) for row in items], next=more)


def fault_shown(finding: Finding) -> FaultShown:
    """A finding as the doors tell it."""
    return FaultShown(
        fault=finding.fault,
        title=TITLES[finding.fault],
        seal=finding.seal,
        entry=finding.entry,
        upto=finding.upto,
        about=finding.about,
        sentence=finding.sentence(),
    )


@view(AUDITING)
async def export_shown(read: Read, source: str, after: int) -> Response:
    """A part of the log, to be verified where no service runs."""
    shown = ExportShown(source=source, seals=await exported(read.connection, after))
    return Response(json_of(shown), media_type="application/json")


@public
async def head_keys_shown(read: Read, service: Service) -> HeadKeysShown:
    """The public keys by which the heads of a service's log are known."""
    known = public_keys(read.keys)
    shown = [
        HeadKeyShown(generation=number, key=key.hex(), current=number == read.keys.current)
        for number, key in known.items()
    ]
    return HeadKeysShown(service=service.name, keys=shown)


def _chain(doors: APIRouter, service: Service) -> None:
    @doors.get("/journal/chain", summary="核验日志链", response_model=ChainShown)
    async def verify_chain(
        call: Call,
        request: Request,
        after: Annotated[int, Query(ge=0, le=_MOST_SEALS, description="自第几次封存之后。")] = 0,
    ) -> Response:
        """Recompute the log from a seal on, as far as some seconds reach, and tell what is not as it was sealed."""
        return await call.show(chain_shown, service, request.app.state.door.speaker.urn, after)

    @doors.get("/journal/export", summary="导出日志", response_model=ExportShown)
    async def export_log(call: Call, request: Request, after: After = 0) -> Response:
        """Seals with their rows and events, for an offline audit; the caller asks on after the last one."""
        return await call.show(export_shown, request.app.state.door.speaker.urn, after)

    @doors.get("/journal/keys", summary="日志签名公钥", response_model=HeadKeysShown)
    async def list_keys(visit: Visit) -> Response:
        """The public keys by which this service's heads are known; anyone may see them."""
        return await visit.show(head_keys_shown, service)


def _witnesses(doors: APIRouter) -> None:
    @doors.get("/journal/witnessed", summary="见证的链首", response_model=list[WitnessedShown])
    async def list_witnessed(
        call: Call,
        source: Annotated[str | None, Query(max_length=64, description="只看此服务的链首。")] = None,
        after_source: Annotated[str, Query(max_length=64, description="续读：上一页最后一条的 source。")] = "",
        after: After = 0,
    ) -> Response:
        """Heads of the other services' logs that this one has seen and kept, at most a thousand at a time."""
        return await call.show(witnessed_shown, source, (after_source, after))


def _history(doors: APIRouter, service: Service) -> None:
    @doors.get("/journal", summary="对象的办理记录", response_model=HistoryShown)
    async def show_history(
        call: Call,
        subject: Annotated[str, Query(max_length=128, description="对象，如 case/编号。")],
        after: Annotated[
            str | None, Query(max_length=1000, description="上一页返回的 next；不填则从第一页开始。")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=200, description="每页条数。")] = 50,
    ) -> Response:
        """What was done to an aggregate, by whom and when; refusals too, for auditors."""
        return await call.show(history_shown, service, subject, after, limit)
