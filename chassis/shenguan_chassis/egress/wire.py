"""How does one message go over one connection? HTTP/1.1, a request at a time, the answer read as far as it is wanted.

A general client costs several times what a delivery otherwise does, and does what must not be done here: it follows,
decodes, remembers. llhttp (httptools) reads what comes; whatever it does not understand ends the connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from httptools import HttpParserError, HttpResponseParser

MOST_ANSWER = 65_536
"""Bytes of an answer's body that are read."""
MOST_HEAD = 65_536
"""Bytes before an answer's body."""
_FINAL = 200
"""Statuses below are interim: the answer is still to come."""
_WANTED = frozenset({b"retry-after", b"date"})


class ConnectionEnded(ConnectionError):
    """No whole answer came; `unheard` tells whether not even a byte of one did."""

    def __init__(self, *, unheard: bool) -> None:
        super().__init__()
        self.unheard = unheard


@dataclass(slots=True)
class Heard:
    """An answer as far as it was read."""

    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    head: int = 0


class Wire(asyncio.Protocol):
    """One connection. It is `open` for another message until it ends, or something came that nobody asked for."""

    def __init__(self) -> None:
        self.open = True
        self.idle_since = 0.0
        self._transport: Any = None
        self._parser: Any = None
        self._heard = Heard()
        self._answer: asyncio.Future[Heard] | None = None
        self._unheard = True

    async def ask(self, request: bytes) -> Heard:
        """Send a request whole and return its answer; raises ConnectionEnded. Cancelled, it closes."""
        self._heard, self._unheard = Heard(), True
        self._parser = HttpResponseParser(self)
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._answer
        finally:
            if not self._answer.done() or self._answer.cancelled():
                self.close()
            self._answer = None

    def close(self) -> None:
        """End it at once."""
        self.open = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It begins."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Something came; on a connection on which nothing was asked, that is its end."""
        if self._is_whole():
            self.close()
            return
        self._unheard = False
        if not self._heard.status:
            self._heard.head += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserError:
            self._fail()
            return
        if self._heard.head > MOST_HEAD and not self._heard.status:
            self._fail()

    def eof_received(self) -> bool:
        """The other side says no more: an answer without length ends so."""
        if self._heard.status:
            self._finish(keeps=False)
        return False

    def connection_lost(self, _: Exception | None) -> None:
        """It is over."""
        self._fail()

    def on_message_begin(self) -> None:
        """An answer begins; a second one was never asked for, and nothing of it is looked at."""
        if self._is_whole():
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        if name.lower() in _WANTED and not self._is_whole():
            self._heard.headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        """The body follows, if there is one; after an interim status the answer itself."""
        if self._parser.get_status_code() >= _FINAL and not self._is_whole():
            self._heard.status = self._parser.get_status_code()

    def on_body(self, part: bytes) -> None:
        """Part of the body. One that is longer than the bound is cut off with its connection."""
        if self._is_whole():
            return
        self._heard.body += part[: MOST_ANSWER - len(self._heard.body)]
        if len(self._heard.body) >= MOST_ANSWER:
            self._finish(keeps=False)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if self._heard.status and not self._is_whole():
            self._finish(keeps=self._parser.should_keep_alive())

    def _is_whole(self) -> bool:
        return self._answer is None or self._answer.done()

    def _finish(self, *, keeps: bool) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(self._heard)
        if not keeps:
            self.close()

    def _fail(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionEnded(unheard=self._unheard))
        self.close()


def request_of(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A POST as it goes over the wire; raises ValueError for a header that would be two."""
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a line break in a header")
    return "\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode("ascii") + body
