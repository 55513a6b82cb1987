"""May this request come in at all? What its first line and headers say is held against the limits."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from math import ceil
from time import monotonic

from starlette.types import Scope

from ..deadlines import Deadlines
from ..identity.caller import Caller
from ..limits import Limits
from ..refusals import Refusal
from .peers import networks, peer
from .plain import (
    BodyTooLarge,
    HeadersTooLarge,
    MalformedRequest,
    Overloaded,
    TooManyRequests,
    UnsupportedMediaType,
    UrlTooLong,
)
from .rate import Buckets

JSON_LINES = "application/x-ndjson"
_PROBES = ("/healthz", "/readyz")
_ONCE = frozenset(
    b"authorization content-type content-encoding content-length host idempotency-key if-match traceparent".split()
)
"""Said twice, nobody knows which is meant: the one that was checked, or the other."""

Headers = dict[bytes, bytes]
HEADERS = "shenguan.headers"
KNOWN = "shenguan.caller"
"""Where the gate leaves the headers, and whom it knows, so that the door need not look again."""


class Refused(Exception):
    """A refusal of the gate, with the seconds after which to come again."""

    def __init__(self, kind: type[Refusal], after: float = 0, **facts: object) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.after = ceil(after)
        self.facts = facts


class Gate:
    """The limits of one service and who has come how often; `known` is the bearer of a token verified lately."""

    def __init__(self, limits: Limits, known: Callable[[str], Caller | None] = lambda _: None) -> None:
        self.limits = limits
        self.in_flight = 0
        self.deadlines = Deadlines()
        self._known = known
        self._people = Buckets(limits.rate, limits.burst)
        self._strangers = Buckets(limits.stranger_rate, limits.stranger_burst)
        self._proxies = networks(limits.trusted_proxies)

    def enter(self, scope: Scope) -> int:
        """How many bytes its body may have; raises Refused."""
        pairs = scope["headers"]
        headers: Headers = dict(pairs)
        scope[HEADERS] = headers
        self._measure(scope, pairs, headers)
        if not scope["path"].endswith(_PROBES):
            self._count(scope, headers)
        return self._body(headers)

    def blame(self, scope: Scope) -> None:
        """Its token was no good: that counts against the address."""
        self._strangers.take(peer(scope, self._proxies), monotonic())

    def _measure(self, scope: Scope, pairs: list[tuple[bytes, bytes]], headers: Headers) -> None:
        limits = self.limits
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > limits.url_bytes:
            raise Refused(UrlTooLong, most=limits.url_bytes)
        if len(pairs) > limits.headers or sum(map(len, chain.from_iterable(pairs))) > limits.header_bytes:
            raise Refused(HeadersTooLarge, most=limits.headers, most_bytes=limits.header_bytes)
        if len(headers) != len(pairs):
            _twice(pairs)

    def _count(self, scope: Scope, headers: Headers) -> None:
        if self.in_flight >= self.limits.in_flight:
            raise Refused(Overloaded, 1)
        token = headers.get(b"authorization", b"").partition(b" ")[2].strip().decode("latin-1")
        caller = self._known(token) if token else None
        if caller is not None:
            scope[KNOWN] = caller
            wait = self._people.take(caller.person, monotonic())
        elif token:  # who it is will be seen; a token that is no good is counted then
            wait = self._strangers.wait(peer(scope, self._proxies), monotonic())
        else:
            wait = self._strangers.take(peer(scope, self._proxies), monotonic())
        if wait:
            raise Refused(TooManyRequests, wait)

    def _body(self, headers: Headers) -> int:
        length = headers.get(b"content-length")
        if length is None and b"transfer-encoding" not in headers:
            return self.limits.body_bytes
        if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
            raise Refused(UnsupportedMediaType)
        if length == b"0":
            return 0
        most = self._most(headers.get(b"content-type", b"").decode("latin-1"))
        if length is not None and int(length) > most:
            raise Refused(BodyTooLarge, most=most)
        return most

    def _most(self, content_type: str) -> int:
        kind, _, parameters = content_type.lower().partition(";")
        charset = parameters.partition("charset=")[2].strip().strip('"')
        if charset in {"", "utf-8", "utf8"}:
            match kind.strip():
                case "application/json":
                    return self.limits.body_bytes
                case "application/x-ndjson":
                    return self.limits.bulk_bytes
        raise Refused(UnsupportedMediaType)


def _twice(pairs: list[tuple[bytes, bytes]]) -> None:
    said = [name for name, _ in pairs if name in _ONCE]
    if len(said) != len(set(said)):
        raise Refused(MalformedRequest)
