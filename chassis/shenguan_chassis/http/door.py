"""How does a request come to its endpoint? Through a door that knows beforehand what the endpoint takes.

FastAPI reads the signature once, at the start, and describes it in the OpenAPI document. Its own way to the endpoint
solves dependencies anew for each request, which costs more than the command behind it. A door takes what a command
needs and no more: parts of the path, one JSON body, and values made from the request alone (the caller, a key). What
takes more, such as query parameters, goes FastAPI's way.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from inspect import iscoroutinefunction, signature
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from pydantic_core import SchemaValidator
from starlette.requests import ClientDisconnect

from . import strict
from .body import Body
from .plain import MalformedJson

BODY: Final = "shenguan.body"
"""Where a door leaves the bytes of the body in the request's scope."""


class _Nothing(Body):
    """The body of a command that takes none: it may be left out, and may be an empty object."""


_NOTHING = TypeAdapter(_Nothing).validator


@dataclass(frozen=True, slots=True)
class Door:
    """What one endpoint takes, and the endpoint."""

    endpoint: Callable[..., Awaitable[Response]]
    parts: tuple[tuple[str, str, Any], ...]
    """Parameters of the path: the name in Python, in the path, and FastAPI's field that reads it."""
    given: tuple[tuple[str, Callable[[Request], Awaitable[Any]]], ...]
    """Values made from the request alone."""
    body: tuple[str, SchemaValidator] | None
    request: str | None
    """The parameter that wants the request itself; such an endpoint reads its body itself."""
    silent: bool
    """Whether requests of its method have no body that means anything."""

    async def answer(self, request: Request) -> Response:
        """The endpoint's answer; raises what a caller must be told: the token first, then every fault at once."""
        arguments: dict[str, Any] = {name: await make(request) for name, make in self.given}
        faults = self._read_path(request.path_params, arguments) if self.parts else []
        if self.request is not None:
            arguments[self.request] = request
        elif not self.silent:
            await self._read_body(request, arguments, faults)
        if faults:
            raise RequestValidationError(faults)
        return await self.endpoint(**arguments)

    def _read_path(self, given: Mapping[str, str], arguments: dict[str, Any]) -> list[Any]:
        faults: list[Any] = []
        for name, alias, field in self.parts:
            arguments[name], found = field.validate(given[alias], {}, loc=("path", alias))
            faults += found or ()
        return faults

    async def _read_body(self, request: Request, arguments: dict[str, Any], faults: list[Any]) -> None:
        raw = request.scope[BODY] = await _body_of(request)
        try:
            if self.body is not None:
                arguments[self.body[0]] = strict.read(raw, self.body[1])
            elif raw:
                strict.read(raw, _NOTHING)
        except RequestValidationError as invalid:
            faults += invalid.errors()


def door_of(route: APIRoute) -> Door | None:
    """The door of a route, or None for one that FastAPI must serve; a TypeError for a body that only FastAPI reads."""
    takes = route.dependant
    more = takes.query_params or takes.header_params or takes.cookie_params or takes.response_param_name
    simple = not more and all(_from_request_alone(inner) for inner in takes.dependencies) and _is_json(route)
    if not simple or not _answers_itself(route.endpoint):
        if takes.body_params:
            raise TypeError(f"{route.path}: beside a body a door takes parts of its path and what its caller is, only")
        return None
    return Door(
        endpoint=route.endpoint,
        parts=tuple((part.name, part.alias, part) for part in takes.path_params),
        given=tuple((str(inner.name), _maker(inner)) for inner in takes.dependencies),
        body=next(((part.name, _validator(part)) for part in takes.body_params), None),
        request=takes.request_param_name,
        silent=bool({"GET", "HEAD"} & set(route.methods or ())),
    )


def _answers_itself(endpoint: Callable[..., Any]) -> bool:
    """It makes the answer; another's value would still have to be written by the framework."""
    told = signature(endpoint, eval_str=True).return_annotation
    return iscoroutinefunction(endpoint) and isinstance(told, type) and issubclass(told, Response)


def _is_json(route: APIRoute) -> bool:
    return len(route.dependant.body_params) <= 1 and not route.dependant.background_tasks_param_name


def _from_request_alone(inner: Any) -> bool:
    """A dependency that asks for nothing but the request."""
    wants = (inner.path_params, inner.query_params, inner.header_params, inner.cookie_params, inner.body_params)
    return not any(wants) and not inner.dependencies and inner.request_param_name is not None


def _maker(inner: Any) -> Callable[[Request], Awaitable[Any]]:
    if iscoroutinefunction(inner.call):
        made: Callable[[Request], Awaitable[Any]] = inner.call
        return made

    async def make(request: Request) -> Any:
        return inner.call(request)

    return make


def _validator(field: Any) -> SchemaValidator:
    return TypeAdapter(field.field_info.annotation).validator  # type: ignore[return-value]  # it is one once built


async def _body_of(request: Request) -> bytes:
    """All of the body; the layer before this one has counted its bytes."""
    message = await request.receive()
    if not message.get("more_body"):
        return _chunk(message)
    chunks = [_chunk(message)]
    while message.get("more_body"):
        message = await request.receive()
        chunks.append(_chunk(message))
    return b"".join(chunks)


def _chunk(message: Mapping[str, Any]) -> bytes:
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    body: bytes = message.get("body", b"")
    return body


SAID_BY_EVERY_DOOR = (
    strict.MalformedAddress,
    MalformedJson,
    strict.EmptyBody,
    strict.DuplicateKey,
    strict.NestedTooDeep,
    strict.NumberOutOfRange,
)
"""What a door itself refuses, before the endpoint is asked."""
