"""How long may a request take to arrive, and how large may its head be? Asked where it arrives: at the socket.

uvicorn waits for ever for a request that is never finished, and keeps whatever is sent as its head. Here a request has
`read_seconds`, and the time that its bytes need at `read_rate`; then it is answered 408 and its connection ends. What
arrives whole at once, as nearly all do, costs nothing more.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..limits import Limits
from ..refusals import Refusal
from .plain import HeadersTooLarge, MalformedRequest, Overloaded, RequestTimedOut
from .problems import on_the_wire


def guarded(limits: Limits) -> type[HttpToolsProtocol]:
    """uvicorn's protocol under these limits."""

    class Guarded(_Guarded):
        pass

    Guarded.limits = limits
    return Guarded


class _Guarded(HttpToolsProtocol):
    limits: ClassVar[Limits]

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._has_head = False
        self._whole = False
        self._came = 0
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """One more socket: it has to say something, and there must not be too many."""
        super().connection_made(transport)
        self._since = self.loop.time()
        if len(self.connections) > self.limits.connections_open:
            self._end(Overloaded)
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._no_longer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some more of a request, or a whole one, or several."""
        super().data_received(data)
        if self._settled():
            self._no_longer()
            return
        self._came += len(data)
        if not self._has_head and self._came > self.limits.url_bytes + self.limits.header_bytes:
            self._end(HeadersTooLarge)
        elif self._timer is None:
            self._wait()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._has_head = self._whole = False
        self._came = 0
        self._since = self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._has_head = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """It is all there."""
        self._whole = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words are not shown
        """What is no HTTP is told so like everything else."""
        self._end(MalformedRequest)

    def _settled(self) -> bool:
        """True if nothing more is owed: the request is whole, and if it is answered, uvicorn's own timer runs."""
        answered = self.cycle is None or self.cycle.response_complete
        return self.transport.is_closing() or (self._whole and not (answered and self.timeout_keep_alive_task is None))

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.limits.read_seconds, self._late)

    def _late(self) -> None:
        self._timer = None
        spent = self.loop.time() - self._since
        left = self.limits.read_seconds + self._came / self.limits.read_rate - spent
        if left > 0 or self.flow.read_paused:  # it is we who do not read
            self._timer = self.loop.call_later(max(left, 1), self._late)
        else:
            self._end(RequestTimedOut)

    def _end(self, kind: type[Refusal]) -> None:
        self._no_longer()
        if self.transport.is_closing():
            return
        begun = self._has_head and self.cycle is not None and self.cycle.response_started
        if not begun and not self._whole:
            self.transport.write(on_the_wire(kind))
        self.transport.close()

    def _no_longer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
