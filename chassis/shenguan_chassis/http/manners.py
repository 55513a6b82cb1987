"""What does HTTP itself ask of every door? HEAD, OPTIONS, the whole of Allow, and that Accept is heard."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Message, Scope

_SAFE = frozenset({"GET", "HEAD"})


def allowed(scope: Scope) -> list[str]:
    """The methods that the doors of a path know, all of them together; none if there is no such path."""
    found: set[str] = set()
    fewest = None  # a path written out is not one with parameters, though it looks like one
    for route in scope["app"].routes:
        match, told = route.matches(scope)
        parameters = len(told.get("path_params", ()))
        if match is Match.NONE or (fewest is not None and parameters > fewest):
            continue
        found = found if parameters == fewest else set()
        fewest = parameters
        found |= getattr(route, "methods", None) or {"GET"}
    if "GET" in found:
        found.add("HEAD")
    return sorted({*found, "OPTIONS"}) if found else []


def told(methods: list[str]) -> Response:
    """The answer to OPTIONS."""
    return Response(None, 204, {"Allow": ", ".join(methods)})


def as_get(scope: Scope) -> Scope:
    """A HEAD is answered by whoever answers the GET; the body stays behind."""
    return {**scope, "method": "GET"}


def acceptable(scope: Scope, start: Message) -> bool:
    """False if a reader will not take what is about to be told. A change is told all the same: it has happened."""
    if scope["method"] not in _SAFE or start["status"] != 200:
        return True
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"*/*").decode("latin-1").lower()
    if "*/*" in accept:
        return True
    told = next((value for name, value in start["headers"] if name.lower() == b"content-type"), b"").decode("latin-1")
    kind = told.partition(";")[0].strip().lower()
    return not kind or bool({kind, kind.partition("/")[0] + "/*"} & _taken(accept))


def _taken(accept: str) -> set[str]:
    """The media types of an Accept header but those weighted with 0."""
    ranges = (one.partition(";") for one in accept.split(","))
    return {kind.strip() for kind, _, rest in ranges if "q=0" not in rest.replace("q=0.", "")}
