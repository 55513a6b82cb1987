"""What does a service look like over HTTP? Its slices' doors under /<service>/v1, the operators' beside them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import metrics, trace
from ..limits import Limits
from ..runtime import Runtime
from ..service import Service
from . import audit, evidence, health, keyring, operations, pages, problems, reference
from .doors import Doors
from .gate import Gate
from .limited import Limited
from .merging import district
from .urls import CleanUrls


def application(service: Service) -> FastAPI:
    """The service's HTTP application; give it a running service with `open_for` before it is called."""
    service.load()
    app = FastAPI(
        title=f"审管 Shenguan · {service.title}",
        version="1",
        openapi_url=f"{service.prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours: trace.py, metrics.py, logs.py
    )
    app.router.redirect_slashes = False  # the place to go to would be made of whatever Host was sent
    app.state.prefix = service.prefix
    app.state.gate = Gate(Limits.model_construct())
    problems.install(app)
    auditors = audit.router(service), evidence.router(service)
    machinery = operations.router(service), *auditors, keyring.router(service), health.router
    for router in (*service.routers, *machinery):
        _enter(app, router, service.prefix)
    _enter(app, health.router, "")
    reference.describe(app, service)
    pages.serve(app, service.prefix)
    furnish(app, service.name)
    return app


def _enter(app: FastAPI, router: APIRouter, prefix: str) -> None:
    """Enter the doors of a slice one by one: a router within a router costs every request as much as its rule does."""
    for door in router.routes:
        if not isinstance(door, APIRoute):
            raise TypeError(f"{door} is no door of a slice")
        app.router.add_api_route(
            prefix + door.path,
            door.endpoint,
            methods=sorted(door.methods or ()),
            status_code=door.status_code,
            response_model=door.response_model,
            responses=door.responses,
            tags=door.tags,
            summary=door.summary,
            description=door.description,
            response_class=door.response_class,
            openapi_extra=door.openapi_extra,
            include_in_schema=door.include_in_schema,
        )


def furnish(app: FastAPI, name: str) -> None:
    """Put the layers that every application has before its doors, once all of them are there."""
    app.middleware_stack = _Traced(Limited(CleanUrls(Doors(app))), name)


def open_for(app: FastAPI, runtime: Runtime) -> None:
    """Let the doors lead to a running service."""
    app.state.door = runtime
    app.state.gate = Gate(runtime.settings, runtime.known)


class _Traced:
    """Follows the caller's trace and counts what was answered."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"traceparent"), b"")
        scope["traceparent"] = trace.follow(given.decode("latin-1"))

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                metrics.of(metrics.REQUESTS, self._service, scope["method"], message["status"]).inc()
            await send(message)

        await self._app(scope, receive, counted)


_OF_ALL = frozenset({"docs", "docs-static", "openapi.json", "problems"})
"""The first parts of paths that belong to the district as a whole."""


def merged(apps: dict[str, FastAPI]) -> Any:
    """One ASGI application for several services: the first part of a path names the service."""
    first = next(iter(apps.values()))
    whole = district({name: app for name, app in apps.items() if app.openapi_url})

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        name = scope.get("path", "/").split("/", 2)[1] if scope["type"] == "http" else ""
        at = whole if name in _OF_ALL else first
        await apps.get(name, at)(scope, receive, send)

    return dispatch
