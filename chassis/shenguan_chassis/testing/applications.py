"""Does every test build its service's application anew? To build it costs more than most tests do: it is lent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..http.app import application
from ..service import Service
from .documented import Documented

_IDLE: list[tuple[Service, Documented]] = []


@contextmanager
def lent(service: Service) -> Iterator[Documented]:
    """An application of the service that nobody else has, and its reference; `open_for` says whom its doors lead to."""
    place = next((at for at, (built, _) in enumerate(_IDLE) if built is service), None)
    found = Documented(application(service)) if place is None else _IDLE.pop(place)[1]
    try:
        yield found
    finally:
        _IDLE.append((service, found))
