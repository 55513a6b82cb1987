"""Where can a number be put in a request? Into each part of the address, each header, and each leaf of the body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson

from tests.isolation.doors import Door

HEADERS = (
    "Idempotency-Key", "If-Match", "If-None-Match", "traceparent", "Find-Mobile", "Find-Resident-Id", "Content-Type",
)  # fmt: skip
"""What a door looks at: a wrong one may be the end of a request, so each is tried alone."""

PASSED_OVER = (
    "tracestate", "baggage", "User-Agent", "Referer", "X-Request-Id", "X-Forwarded-For", "Accept-Language", "Cookie",
)  # fmt: skip
"""What none of our doors reads: all in one request."""

BROKEN = ("#", '"#"', "[#]", '{"#": 1}', '{"a": "#"', '{"a": #}')
"""Bodies that are no command; the number stands for #."""


@dataclass(frozen=True)
class Attempt:
    """One request that holds a number somewhere."""

    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


def attempts(door: Door, number: str, some_id: str) -> Iterator[Attempt]:
    """Every place at one door."""
    plain = door.at(**dict.fromkeys(door.parameters, some_id))
    body = None if door.body is None else orjson.dumps(door.body)
    for name in door.parameters:
        yield Attempt(door.at(**dict.fromkeys(door.parameters, some_id) | {name: number}), body=body)
    for name in (*door.query, "unknown"):
        yield Attempt(plain, query=f"{name}={number}", body=body)
    for name in HEADERS:
        yield Attempt(plain, headers={name: number}, body=body)
    yield Attempt(plain, headers=dict.fromkeys(PASSED_OVER, number), body=body)
    yield Attempt(plain, headers={"If-Match": f'"{number}"'}, body=body)
    for broken in BROKEN:
        yield Attempt(plain, body=broken.replace("#", number).encode())
    yield from in_texts(door, number, some_id)


def in_texts(door: Door, number: str, some_id: str) -> Iterator[Attempt]:
    """The leaves of a door's body, and its query."""
    plain = door.at(**dict.fromkeys(door.parameters, some_id))
    yield Attempt(plain, query=f"unknown={quote(number)}")
    if isinstance(door.body, dict):
        for filled in _filled(door.body, number):
            yield Attempt(plain, body=orjson.dumps(filled))


def _filled(body: dict[str, Any], number: str) -> Iterator[Any]:
    """The body with the number in each leaf in turn, alone and within a text, and under a name that nobody knows."""
    for text in (number, f"请联系 {number}。"):
        yield from _leaves(body, text)
        yield {**body, "unknown": text}
    if number.isdecimal():
        yield from _leaves(body, int(number))
    yield {**body, number: number}


def _leaves(value: Any, number: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from ({**value, name: changed} for changed in _leaves(part, number))
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from ([*value[:place], changed, *value[place + 1 :]] for changed in _leaves(part, number))
    else:
        yield number
