"""What does an endpoint do? It hands the call to a command or view; token, key and ETag are handled here, once."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Protocol

import orjson
from asyncpg import Connection
from fastapi import Depends, Request, Response
from pydantic import BaseModel

from ..clock import Clock
from ..deciding import Command, command_of
from ..desk import Answer, Ask, Desk
from ..identity.caller import Caller
from ..identity.refusals import Unauthenticated, Why
from ..keys import Keys
from ..reading import Read
from ..refusals import Refusal
from ..tx import Tx

_KEY = re.compile(r"^[\x21-\x7e]{1,128}$")
_ETAG = re.compile(r'^"(\d{1,18})"$')
_JSON = "application/json"


class BadHeader(Refusal, status=422, rule="RFC 9110"):
    """请求头格式不符：Idempotency-Key 须为 1 至 128 个可见 ASCII 字符，If-Match 须为上次应答的 ETag。"""


class Door(Protocol):
    """What the edge needs of the running service."""

    desk: Desk
    clock: Clock
    keys: Keys

    async def who(self, token: str) -> Caller:
        """The bearer of a token; raises Unauthenticated."""

    def reading(self, caller: Caller | None) -> AbstractAsyncContextManager[Read]:
        """A connection for views, scoped to the caller."""


class _Visit:
    """A call that needs no token: it may only look."""

    def __init__(self, request: Request, caller: Caller | None = None) -> None:
        self._request = request
        self._door: Door = request.app.state.door
        self.caller = caller

    async def show(self, view: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Response:
        """The answer of a view; an aggregate's version is its ETag."""
        async with self._door.reading(self.caller) as read:
            shown = await view(read, *args, **options)
        if isinstance(shown, Response):
            return shown
        version = getattr(shown, "version", None)
        headers = {} if version is None else {"ETag": f'"{version}"'}
        return Response(_json(shown), 200, headers, _JSON)


class _Call(_Visit):
    """A call of a known caller."""

    def __init__(self, request: Request, caller: Caller) -> None:
        super().__init__(request, caller)
        self._known = caller

    async def give(
        self,
        command: Callable[..., Awaitable[Any]],
        *args: Any,
        shows: type[BaseModel],
        status: int = 200,
        at: str | None = None,
    ) -> Response:
        """Give a command and answer with the aggregate it returns, shown as `shows`.

        `at` is the path of a created aggregate with `{id}` in it, relative to the service.
        """

        async def run(tx: Tx) -> Any:
            return await command(tx, *args)

        def render(aggregate: Any) -> bytes:
            return _json(shows.model_validate(aggregate, from_attributes=True))

        expects = _version(self._request)
        ask = await self._ask(command_of(command), run, render, status=status, expects=expects)
        answer = await self._door.desk.give(ask)
        return _response(answer, self._request, at)

    async def operate(self, command: Command, act: Callable[[Connection, datetime], Awaitable[BaseModel]]) -> Response:
        """Let an operator do something to the machinery itself: `act` with a connection at an instant of system time.

        Checked, journalled and replayed like a command, in one transaction.
        """

        async def run(tx: Tx) -> Any:
            return await act(tx.connection, self._door.clock.system())

        answer = await self._door.desk.give(await self._ask(command, run, _json, spans=True))
        return _response(answer, self._request, None)

    async def _ask(
        self, command: Command, run: Callable[[Tx], Awaitable[Any]], render: Callable[[Any], bytes], **more: Any
    ) -> Ask:
        return Ask(
            command=command,
            run=run,
            render=render,
            caller=self._known,
            idem_key=_matched(self._request, "Idempotency-Key", _KEY),
            body_hash=await _body_hash(self._request),
            trace=self._request.scope.get("traceparent"),
            **more,
        )


def _response(answer: Answer, request: Request, at: str | None) -> Response:
    headers = {} if answer.version is None else {"ETag": f'"{answer.version}"'}
    if at is not None and answer.subject is not None:
        made = answer.subject.partition("/")[2]
        headers["Location"] = request.app.state.prefix + at.replace("{id}", made)
    return Response(answer.body, answer.status, headers, _JSON)


def _json(shown: Any) -> bytes:
    if isinstance(shown, BaseModel):
        return shown.__pydantic_serializer__.to_json(shown)
    return orjson.dumps(shown, default=lambda value: value.model_dump(mode="json"))


def _matched(request: Request, header: str, pattern: re.Pattern[str]) -> str | None:
    value = request.headers.get(header)
    if value is None:
        return None
    found = pattern.match(value)
    if found is None:
        raise BadHeader(header=header)
    return found[found.re.groups]


def _version(request: Request) -> int | None:
    value = _matched(request, "If-Match", _ETAG)
    return None if value is None else int(value)


async def _body_hash(request: Request) -> bytes:
    """What makes two requests the same: method, path, query and body."""
    scope = request.scope
    target = f"{scope['method']} {scope['path']}?".encode() + scope["query_string"] + b"\n"
    return sha256(target + await request.body()).digest()


async def _visit(request: Request) -> _Visit:
    return _Visit(request)


async def _call(request: Request) -> _Call:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated(Why.MISSING)
    door: Door = request.app.state.door
    return _Call(request, await door.who(token.strip()))


Visit = Annotated[_Visit, Depends(_visit)]
Call = Annotated[_Call, Depends(_call)]
