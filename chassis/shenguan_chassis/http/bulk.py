"""How are many commands given at once? One a line, in order, each with a verdict of its own.

    SUBMIT_MANY = Bulk(commands.submit_case, SubmitCase, shows=CaseDetail, status=201)

    @router.post("/cases/bulk", summary="批量申请", **SUBMIT_MANY.described)
    async def submit_many(request: Request, call: Call) -> Response:
        return await SUBMIT_MANY.give_each(call, request)

A line is the body of the single command and, where that has a path, its parts beside it. What is refused stops nobody
else. Each line has a key: the one that it says, else the request's key and its number. So a file that was cut off is
sent again whole under the same key: what was done answers as it did, what was not is done. A line that fails for a
reason of ours (5xx) is the last of its answer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import IO, Annotated, Any, cast

import orjson
from fastapi import Request, Response
from pydantic import BaseModel, Field, StringConstraints, TypeAdapter, create_model
from starlette.responses import StreamingResponse

from ..deciding import Command, command_of
from ..desk import Answer
from ..identity.caller import Caller
from ..preconditions import ANY, Named, Seen
from ..tx import Tx
from . import strict
from .body import Body, Shown
from .call import Call, json_of
from .door import BODY
from .lines import MEDIA_TYPE, LineTooLong, lines_of, spooled

_KEY = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,128}$")]
_OURS = 500


class Verdict(Shown):
    """一行的结果."""

    line: int = Field(description="行号，从 1 起。")
    status: int = Field(description="该行的状态码，含义与单项提交相同。", examples=[201])
    subject: str | None = Field(
        default=None, description="办成的对象。", examples=["case/0198b9d2-0000-7000-8000-000000000000"]
    )
    version: int | None = Field(default=None, description="该对象的版本。", examples=[1])
    result: dict[str, Any] | None = Field(default=None, description="办成时的应答，与单项提交相同。")
    problem: dict[str, Any] | None = Field(default=None, description="未办成时的原因（RFC 9457），此时没有前三项。")


class JsonLines(StreamingResponse):
    """An answer of one JSON object a line."""

    media_type = MEDIA_TYPE


class Bulk:
    """A command that may be given by the line."""

    def __init__(  # noqa: PLR0913 - each is a fact of the declaration, named at the call
        self,
        command: Callable[..., Awaitable[Any]],
        form: type[Body],
        *,
        shows: type[BaseModel],
        status: int = 200,
        path: Mapping[str, Any] | None = None,
        changes: type[Any] | None = None,
        key: Callable[..., Any] | None = None,
    ) -> None:
        """As the single door says it: `path` names the parts of its path with their types, `key` makes the key of what
        it `changes` of them, else that is the first.
        """
        if (changes is None) is not (status == 201):
            raise TypeError(f"{command.__name__} either creates (status=201) or names what it changes")
        self._command = command
        self._form = form
        self._shows = shows
        self._status = status
        self._path = dict(path or {})
        self._changes = changes
        self._key = key or (lambda first, *_: first)
        self._line = _line_of(form, self._path, changing=changes is not None)
        self._reads = TypeAdapter(self._line).validator
        self.described: dict[str, Any] = _described(self._line)
        """What the decorator of its door adds, for the API's description."""

    @property
    def command(self) -> Command:
        """Which command it gives; its roles are asked for once for all lines."""
        return command_of(self._command)

    async def give_each(self, call: Call, request: Request) -> Response:
        """A verdict for each line, as they come; raises what refuses the request as a whole."""
        self.command.allow(cast(Caller, call.caller))
        file = await spooled(request)
        return JsonLines(self._verdicts(call, request, file))

    async def _verdicts(self, call: Call, request: Request, file: IO[bytes]) -> AsyncIterator[bytes]:
        with file:
            for number, raw in lines_of(file):
                try:
                    answer = await self._given(call, request, number, raw)
                    yield _done(number, answer)
                except Exception as error:  # noqa: BLE001 - each kind has its verdict, as at a single door
                    told = await _told(request, error)
                    yield _refused(number, told)
                    if told.status_code >= _OURS:
                        return

    async def _given(self, call: Call, request: Request, number: int, raw: bytes | None) -> Answer:
        if raw is None:
            raise LineTooLong
        line = strict.read(raw, self._reads)
        body = self._form.model_construct(**{name: getattr(line, name) for name in self._form.model_fields})
        parts = [getattr(line, name) for name in self._path]
        request.scope[BODY] = raw
        ask = await call.asked(
            command_of(self._command),
            self._run(parts, body),
            self._render,
            status=self._status,
            names=self._named(line),
        )
        return await call.door.desk.give(replace(ask, idem_key=line.idempotency_key or f"{call.key} {number}"))

    def _run(self, parts: list[Any], body: Body) -> Callable[[Tx], Awaitable[Any]]:
        async def run(tx: Tx) -> Any:
            return await self._command(tx, *parts, body)

        return run

    def _render(self, aggregate: Any) -> bytes:
        return json_of(self._shows.model_validate(aggregate, from_attributes=True))

    def _named(self, line: Any) -> Named | None:
        if self._changes is None:
            return None
        key = self._key(*(getattr(line, name) for name in self._path))
        return Named(self._changes, (key,), _seen(line.if_match))


def _seen(given: int | str | None) -> Seen:
    if given is None:
        return None
    return ANY if given == "*" else frozenset({int(given)})


def _line_of(form: type[Body], path: Mapping[str, Any], *, changing: bool) -> type[Body]:
    says = "该行自己的幂等键；不填则由请求的 Idempotency-Key 与行号得出。"
    own_key = Field(default=None, description=says, examples=["2026-03-02-0001"])
    fields: dict[str, Any] = {
        name: (kind, Field(description="单项提交时路径中的同名部分。")) for name, kind in path.items()
    }
    fields["idempotency_key"] = (_KEY | None, own_key)
    if changing:
        version = Annotated[int, Field(ge=0, lt=10**18)] | Annotated[str, StringConstraints(pattern=r"^\*$")]
        says = "更改所依据的版本；不论版本都要办理的，写 *。"
        fields["if_match"] = (version | None, Field(default=None, description=says))
    return create_model(f"{form.__name__}Line", __base__=form, **fields)


async def _told(request: Request, error: Exception) -> Response:
    """What a single door would have answered."""
    handlers: dict[Any, Any] = request.app.exception_handlers
    answer: Response = await next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)(request, error)
    return answer


def _done(number: int, answer: Answer) -> bytes:
    told = Verdict(line=number, status=answer.status, subject=answer.subject, version=answer.version)
    return _with(told, b"result", answer.body)


def _refused(number: int, told: Response) -> bytes:
    return _with(Verdict(line=number, status=told.status_code), b"problem", bytes(told.body))


def _with(verdict: Verdict, name: bytes, content: bytes) -> bytes:
    """A verdict around JSON that is written already."""
    head = orjson.dumps(verdict.model_dump(exclude_none=True))
    return head[:-1] + b',"' + name + b'":' + content + b"}\n"


def _described(line: type[Body]) -> dict[str, Any]:
    schema = line.model_json_schema()
    taken = {MEDIA_TYPE: {"schema": _inlined(schema, schema.pop("$defs", {}))}}
    told = {MEDIA_TYPE: {"schema": Verdict.model_json_schema()}}
    return {
        "response_class": JsonLines,
        "openapi_extra": {"requestBody": {"required": True, "content": taken}},
        "responses": {200: {"content": told, "description": "每行一个结果，逐行给出。"}},
    }


def _inlined(schema: Any, parts: Mapping[str, Any]) -> Any:
    """A schema that needs nothing beside it."""
    if isinstance(schema, list):
        return [_inlined(inner, parts) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        beside = {name: inner for name, inner in schema.items() if name != "$ref"}
        return {**_inlined(parts[schema["$ref"].rpartition("/")[2]], parts), **beside}
    return {name: _inlined(inner, parts) for name, inner in schema.items()}
