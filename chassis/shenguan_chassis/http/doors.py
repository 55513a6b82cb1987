"""Where does a request go in? Straight through the door that its method and path name, or the framework's way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from . import strict
from .door import Door, door_of
from .outsiders import ENDPOINT
from .table import Table


class Doors:
    """The innermost layer of an application: all that stands before it has agreed."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._framework = app.build_middleware_stack()
        self._table = Table(_doors(app))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._framework(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            strict.check_address(scope.get("raw_path") or b"", scope["query_string"])
            found = self._table.find(scope["method"], scope["path"])
            answer = None
            if found is not None and found[0] is not None:
                scope["path_params"], scope[ENDPOINT] = found[1], found[0].endpoint
                answer = await found[0].answer(request)
        except Exception as error:  # noqa: BLE001 - each kind has its answer, the last one is ours
            answer = await self._told(request, error)
        if answer is None:
            await self._framework(scope, receive, send)
        else:
            await answer(scope, receive, send)

    async def _told(self, request: Request, error: Exception) -> Response:
        """What `problems` says of a failure, found by its kind as the framework would."""
        handlers: dict[Any, Any] = self._app.exception_handlers
        told = next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)
        answer: Response = await told(request, error)
        return answer


def _doors(app: FastAPI) -> Iterator[tuple[str, str, Door | None]]:
    """Every door; None where the framework must ask it, lest another's parameter swallows its name."""
    for route in app.routes:
        if isinstance(route, APIRoute) and ":" not in route.path:
            door = door_of(route)
            yield from ((method, route.path, door) for method in route.methods or ())
