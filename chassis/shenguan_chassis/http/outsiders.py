"""Who is told what is wrong with a request? Only whoever may ask at all; anybody else is told that first (403).

What a command takes is nobody's who may not give it. Looked at only where a fault would be told (400, 422): a request
without fault costs nothing more, its right is asked by the command's own desk.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi import Request

from ..deciding import NotAllowed
from .reach import reached
from .trail import CALLER

ENDPOINT = "endpoint"
"""Where a door, as the framework, leaves in the request's scope what the request is for."""


def turned_away(request: Request) -> NotAllowed | None:
    """The refusal for a known caller who has none of the rights that the endpoint of a request asks for."""
    caller, endpoint = request.scope.get(CALLER), request.scope.get(ENDPOINT)
    rights = frozenset[str]() if endpoint is None else _asked_by(endpoint)
    if caller is None or not rights or caller.has_one_of(rights):
        return None
    return NotAllowed(roles=sorted(rights))


@cache
def _asked_by(endpoint: Callable[..., Any]) -> frozenset[str]:
    """The rights behind an endpoint, any of which opens it; none where something of it is for everyone."""
    declared = [one.roles for one in reached(endpoint).declared]
    return frozenset[str]().union(*declared) if all(declared) else frozenset()
