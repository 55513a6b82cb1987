"""What does a refused caller read? An RFC 9457 problem document: the field, the rule and the next step, in Chinese.

This module alone maps kinds of refusal to HTTP. Nothing of the input is repeated, so nothing personal leaks; what is
ours is logged with its trace and its place in the code, never with the words of an error, which may quote a row.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from asyncpg import (
    IdleInTransactionSessionTimeoutError,
    InsufficientResourcesError,
    InterfaceError,
    InternalClientError,
    LockNotAvailableError,
    OperatorInterventionError,
    PostgresConnectionError,
    PostgresError,
    QueryCanceledError,
)
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from .. import logs, trace
from ..pool import NoConnectionFree
from ..refusals import Refusal
from . import manners, trail
from .faults import fault
from .outsiders import turned_away
from .plain import PLAIN, InternalError, InvalidRequest, MalformedJson, MalformedRequest, Overloaded, Unavailable
from .table import WrongMethod

MEDIA_TYPE = "application/problem+json"
LANGUAGE = "zh-CN"

_AWAY = (
    OSError,
    InterfaceError,
    InternalClientError,
    PostgresConnectionError,
    OperatorInterventionError,
    InsufficientResourcesError,
)
"""What a database that stops, starts, is full or cannot be reached looks like from here."""

_FAULTS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
"""What is wrong with a request itself: told to whoever may ask at all."""

_SLOW = (NoConnectionFree, QueryCanceledError, LockNotAvailableError, IdleInTransactionSessionTimeoutError)
"""What it looks like when it has too much to do."""


def document(kind: type[Refusal], prefix: str = "", **more: Any) -> dict[str, Any]:
    """The problem document of a refusal; its `type` leads to its place on the service's page of problems."""
    detail = kind.detail()
    title, _, next_step = detail.partition("：")
    found = trace.trace_id(trace.current.get())
    members = {"next_step": next_step, "rule": kind.rule, "field": kind.field, **more, "trace": found}
    return {
        "type": f"{prefix}/problems#{kind.code}",
        "title": title,
        "status": kind.status,
        "detail": detail,
        "code": kind.code,
        **{name: value for name, value in members.items() if value not in (None, "", {}, [])},
    }


def problem(
    kind: type[Refusal], scope: Scope, *, after: int = 0, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """A refusal as an answer; `after` is how many seconds to wait before the next try."""
    said = document(kind, getattr(scope["app"].state, "prefix", ""), instance=scope["path"], **more)
    return Response(
        orjson.dumps(said, default=str), kind.status, _headers(kind.status, after) | dict(headers or {}), MEDIA_TYPE
    )


def on_the_wire(kind: type[Refusal]) -> bytes:
    """A refusal as raw HTTP/1.1, for a request that never became one; the connection ends with it."""
    body = orjson.dumps(document(kind))
    headers = {"Content-Type": MEDIA_TYPE, **_headers(kind.status), "Content-Length": len(body), "Connection": "close"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {kind.status} {HTTPStatus(kind.status).phrase}\r\n{lines}\r\n".encode() + body


def _headers(status: int, after: int = 0) -> dict[str, str]:
    headers = {"Content-Language": LANGUAGE, "Cache-Control": "no-store"}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers["Retry-After"] = str(max(after, 1))
    return headers


async def refused(request: Request, refusal: Exception) -> Response:
    """The law, or the identity, says no. A refusal may bring `headers` of its own."""
    if not isinstance(refusal, Refusal):
        raise refusal
    if refusal.status in _FAULTS and not refusal.journalled:
        refusal = turned_away(request) or refusal
    if untold := await _kept(request, refusal, journalled=refusal.journalled):
        return untold
    headers = getattr(refusal, "headers", None)
    return problem(type(refusal), request.scope, headers=headers, facts=refusal.facts)


async def invalid(request: Request, error: Exception) -> Response:
    """The body or the query is not of the form the contract says: every fault at once (as ALL art. 32 asks of us)."""
    if outsider := turned_away(request):
        return await refused(request, outsider)
    faults: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else []
    if any(found["type"] == "json_invalid" for found in faults):
        return problem(MalformedJson, request.scope)
    if untold := await _kept(request, InvalidRequest):
        return untold
    errors = [fault(found) for found in faults]
    return problem(InvalidRequest, request.scope, errors=errors)


async def _kept(request: Request, refusal: Refusal | type[Refusal], *, journalled: bool = False) -> Response | None:
    """Leave the refusal's row in the journal; where that cannot be done, the answer that says so instead."""
    try:
        await trail.leave(request, refusal, journalled=journalled)
    except _SLOW as error:
        return await slow(request, error)
    except _AWAY as error:
        return await away(request, error)
    return None


async def plain(request: Request, error: Exception) -> Response:
    """What the framework refuses: no such path, method, media type."""
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.METHOD_NOT_ALLOWED
    allowed = {"Allow": ", ".join(manners.allowed(request.scope))} if status == HTTPStatus.METHOD_NOT_ALLOWED else {}
    return problem(PLAIN.get(status, MalformedRequest), request.scope, headers=allowed)


async def away(request: Request, error: Exception) -> Response:
    """The database is away: one line in the log, and a caller who comes again finds what became of the command."""
    if isinstance(error, ValueError):  # asyncpg's word for a value that PostgreSQL cannot hold
        return await broken(request, error)
    logs.log().warning("database away", path=request.url.path, error=type(error).__name__)
    return problem(Unavailable, request.scope)


async def slow(request: Request, error: Exception) -> Response:
    """The database has too much to do: whoever comes a little later is served."""
    logs.log().warning("database slow", path=request.url.path, error=type(error).__name__)
    return problem(Overloaded, request.scope)


async def broken(request: Request, error: Exception) -> Response:
    """Ours: logged with its trace and place, told without detail."""
    logs.log().error("request failed", path=request.url.path, error=type(error).__name__, **_place(error))
    return problem(InternalError, request.scope)


def _place(error: BaseException) -> dict[str, Any]:
    """Where it happened; of a database error also its SQLSTATE and what it was about, but no value."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    about = {name: getattr(error, name, None) for name in ("sqlstate", "table_name", "constraint_name")}
    return {"at": frames[-12:], **(about if isinstance(error, PostgresError) else {})}


def install(app: FastAPI) -> None:
    """Let every kind of failure answer with a problem document."""
    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(WrongMethod, plain)
    for kind in _AWAY:
        app.add_exception_handler(kind, away)
    for kind in _SLOW:
        app.add_exception_handler(kind, slow)
    app.add_exception_handler(Exception, broken)
