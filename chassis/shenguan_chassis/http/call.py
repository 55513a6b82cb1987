"""What does an endpoint do? It hands the call to a command or view; token, key and ETag are handled here, once."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Annotated, Any, Protocol

import orjson
from asyncpg import Connection
from fastapi import Depends, Request, Response
from pydantic import BaseModel

from ..clock import Clock
from ..deciding import Command, command_of, view_of
from ..desk import Answer, Ask, Desk
from ..identity.caller import Caller
from ..identity.refusals import Unauthenticated, Why
from ..keys import Keys
from ..personal.texts import names_a_person
from ..preconditions import ANY, Named, Seen, etag
from ..reading import Read
from ..refusals import Refusal
from ..tx import Tx
from .door import BODY
from .gate import HEADERS, KNOWN, Headers
from .rate import Buckets
from .trail import CALLER

_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
_TAGS = re.compile(rf"{_TAG}(?:[ \t]*,[ \t]*{_TAG})*")
_VERSION = re.compile(r'(?<!/)"(0|[1-9][0-9]{0,17})"')
"""An ETag of ours; a weak one never matches (RFC 9110 §13.1.1)."""
_CREATED = 201


class IdempotencyKeyRequired(Refusal, status=400, rule="Idempotency-Key", field="Idempotency-Key"):
    """缺少 Idempotency-Key 请求头：请为每项新请求生成一个唯一的键（如 UUID）随请求提交，重试时沿用同一个键。"""


class BadHeader(Refusal, status=422, rule="RFC 9110"):
    """请求头格式不符：Idempotency-Key 须为 1 至 128 个可见 ASCII 字符，不含个人号码；If-Match 须为 ETag 或 *。"""


class Door(Protocol):
    """What the edge needs of the running service."""

    desk: Desk
    clock: Clock
    keys: Keys
    unmaskings: Buckets

    async def who(self, token: str) -> Caller:
        """The bearer of a token; raises Unauthenticated."""

    def reading(self, caller: Caller | None) -> AbstractAsyncContextManager[Read]:
        """A connection for views, scoped to the caller."""


class _Visit:
    """A call that needs no token: it may only look."""

    def __init__(self, request: Request, caller: Caller | None = None) -> None:
        self._request = request
        self.door: Door = request.scope["app"].state.door
        self.caller = caller

    async def show(self, view: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Response:
        """The answer of a view to whom it is declared for; an aggregate's version is its ETag."""
        view_of(view).allow(self.caller)
        async with self.door.reading(self.caller) as read:
            shown = await view(read, *args, **options)
        if isinstance(shown, Response):
            return shown
        return Reply(json_of(shown), version=getattr(shown, "version", None))


class _Call(_Visit):
    """A call of a known caller."""

    def __init__(self, request: Request, caller: Caller, headers: Headers) -> None:
        super().__init__(request, caller)
        self._known = caller
        self._headers = headers
        self.key = _idempotency_key(headers) if request.scope["method"] == "POST" else ""
        """Its Idempotency-Key."""

    async def give(  # noqa: PLR0913 - what an endpoint says of its command, by name
        self,
        command: Callable[..., Awaitable[Any]],
        *args: Any,
        shows: type[BaseModel],
        status: int = 200,
        at: str | None = None,
        changes: type[Any] | None = None,
        key: Any = None,
    ) -> Response:
        """Give a command and answer with the aggregate it returns, shown as `shows`.

        One that creates says `status=201` and `at`, the path of what it made with `{id}` in it, relative to the
        service. Any other names the aggregate that it `changes`, by `key`, else by its first argument: with that one's
        version If-Match is compared, and it is required.
        """
        if (changes is None) is not (status == _CREATED):
            raise TypeError(f"{command.__name__} either creates (status=201) or names what it changes")

        async def run(tx: Tx) -> Any:
            return await command(tx, *args)

        def render(aggregate: Any) -> bytes:
            return json_of(shows.model_validate(aggregate, from_attributes=True))

        names = None if changes is None else self._named(changes, args[0] if key is None else key)
        ask = await self.asked(command_of(command), run, render, status=status, names=names)
        return self._answered(await self.door.desk.give(ask), at)

    async def operate(self, command: Command, act: Callable[[Connection, datetime], Awaitable[BaseModel]]) -> Response:
        """Let an operator do something to the machinery itself: `act` with a connection at an instant of system time.

        Checked, journalled and replayed like a command, in one transaction.
        """

        async def run(tx: Tx) -> Any:
            return await act(tx.connection, self.door.clock.system())

        return self._answered(await self.door.desk.give(await self.asked(command, run, json_of, spans=True)), None)

    async def asked(
        self, command: Command, run: Callable[[Tx], Awaitable[Any]], render: Callable[[Any], bytes], **more: Any
    ) -> Ask:
        """What the desk is asked."""
        return Ask(
            command=command,
            run=run,
            render=render,
            caller=self._known,
            idem_key=self.key,
            request=await _identity(self._request),
            trace=self._request.scope.get("traceparent"),
            **more,
        )

    def _named(self, kind: type[Any], key: Any) -> Named:
        return Named(kind, key if isinstance(key, tuple) else (key,), self._seen())

    def _seen(self) -> Seen:
        given = self._headers.get(b"if-match")
        if given is None:
            return None
        if given == b"*":
            return ANY
        return frozenset(map(int, _VERSION.findall(_formed(_TAGS, given))))

    def _answered(self, answer: Answer, at: str | None) -> Response:
        place = None
        if at is not None and answer.subject is not None:
            made = answer.subject.partition("/")[2]
            place = self._request.app.state.prefix + at.replace("{id}", made)
        return Reply(answer.body, answer.status, version=answer.version, place=place)


class Reply(Response):
    """An answer in JSON, with its ETag and the place of what was made."""

    def __init__(self, body: bytes, status: int = 200, *, version: int | None = None, place: str | None = None) -> None:
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        if version is not None:
            self.raw_headers.append((b"etag", etag(version).encode()))
        if place is not None:
            self.raw_headers.append((b"location", place.encode()))


def json_of(shown: Any) -> bytes:
    """What is shown, as JSON."""
    if isinstance(shown, BaseModel):
        return shown.__pydantic_serializer__.to_json(shown)
    return orjson.dumps(shown, default=lambda value: value.model_dump(mode="json"))


def _idempotency_key(headers: Headers) -> str:
    given = headers.get(b"idempotency-key")
    if given is None:
        raise IdempotencyKeyRequired
    key = _formed(_KEY, given)
    if names_a_person(key):  # it is kept in clear
        raise BadHeader
    return key


def _formed(form: re.Pattern[str], given: bytes) -> str:
    text = given.decode("latin-1")
    if form.fullmatch(text) is None:
        raise BadHeader
    return text


async def _identity(request: Request) -> bytes:
    """What makes two requests the same: method, path, query and body."""
    scope = request.scope
    body: bytes = scope[BODY] if BODY in scope else await request.body()
    return b"%b %b?%b\n%b" % (scope["method"].encode(), scope["path"].encode(), scope["query_string"], body)


async def _visit(request: Request) -> _Visit:
    return _Visit(request)


async def _call(request: Request) -> _Call:
    scope = request.scope
    headers: Headers = scope[HEADERS]
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"bearer" or not token:
        raise Unauthenticated(Why.MISSING)
    door: Door = scope["app"].state.door
    caller = scope[CALLER] = scope.get(KNOWN) or await door.who(token.strip().decode("latin-1"))
    return _Call(request, caller, headers)


Visit = Annotated[_Visit, Depends(_visit)]
Call = Annotated[_Call, Depends(_call)]
