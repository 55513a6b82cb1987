"""Who stands before the doors? A layer that refuses what is too much, and answers when those behind it do not.

It holds a request against the gate, counts the bytes of its body as they come, and begins an answer itself if nobody
has within `answer_seconds`: a caller waits for a sleeping database no longer than for a busy one.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..refusals import Refusal
from . import manners, problems
from .gate import Gate, Refused
from .plain import BodyTooLarge, NotAcceptable, Overloaded

_CLOSED: Message = {"type": "http.disconnect"}


def take_time(scope: Scope, seconds: float) -> None:
    """A door that must think longer than others says so before it begins: `take_time(request.scope, 300)`."""
    exchange: _Exchange = scope["exchange"]
    exchange.wait_until(seconds)


class Limited:
    """The layer; it finds its Gate in `app.state.gate`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        gate: Gate = scope["app"].state.gate
        exchange = _Exchange(gate, scope, receive, send)
        try:
            exchange.most = gate.enter(scope)
        except Refused as refused:
            await exchange.refuse(refused.kind, refused.after, **refused.facts)
            return
        if scope["method"] == "OPTIONS" and (allowed := manners.allowed(scope)):
            await manners.told(allowed)(scope, receive, send)
            return
        await exchange.go_through(self._app)


class _Exchange:
    """One request and its answer, as they pass the layer."""

    def __init__(self, gate: Gate, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.most = 0
        self.came = 0
        self._gate = gate
        self._asked = scope["method"]
        self._receive = receive
        self._send = send
        self._answered = ""
        """By whom the answer was begun: `door`, or `layer`, after which the door's is heard no more."""
        self._given_up = False
        self._task: asyncio.Task[Any] | None = None

    async def go_through(self, app: ASGIApp) -> None:
        """Let the doors answer, in time."""
        scope = manners.as_get(self.scope) if self._asked == "HEAD" else self.scope
        scope["exchange"] = self
        self._task = asyncio.current_task()
        self._gate.in_flight += 1
        self.wait_until(self._gate.limits.answer_seconds)
        try:
            await app(scope, self.receive, self.send)
        except asyncio.CancelledError:
            if not self._was_let_go():
                raise
        finally:
            self._gate.in_flight -= 1
            self._no_longer()

    def wait_until(self, seconds: float) -> None:
        """From now on the answer has this long to begin."""
        if not self._answered:
            self._gate.deadlines.set(self, seconds)

    async def receive(self) -> Message:
        """The next piece of the body; too much of it is refused, and the door sees a caller who left."""
        message = await self._receive()
        if message["type"] == "http.request":
            self.came += len(message.get("body", b""))
            if self.came > self.most:
                await self.refuse(BodyTooLarge, most=self.most)
                return _CLOSED
        return message

    async def send(self, message: Message) -> None:
        """The door's answer, unless the layer has answered."""
        if self._answered == "layer":
            return
        if message["type"] == "http.response.start":
            self._no_longer()
            if message["status"] == 401:
                self._gate.blame(self.scope)
            if not manners.acceptable(self.scope, message):
                await self.refuse(NotAcceptable)
                return
            self._answered = "door"
        elif self._asked == "HEAD":
            message = {**message, "body": b""}
        await self._send(message)

    async def refuse(self, kind: type[Refusal], after: int = 0, **facts: object) -> None:
        """Answer in the doors' place, unless they have begun."""
        if self._answered:
            return
        self._answered = "layer"
        self._no_longer()
        answer = problems.problem(kind, self.scope, after=after, facts=facts)
        await answer(self.scope, self._receive, self._send)

    def late(self) -> None:
        """Nobody has answered: tell the caller to come again, and let go of what keeps the door."""
        answering = asyncio.get_running_loop().create_task(self.refuse(Overloaded, 1))
        answering.add_done_callback(self._let_go)

    def _let_go(self, _: asyncio.Task[None]) -> None:
        if self._task is not None and self._answered == "layer":
            self._given_up = True
            self._task.cancel()

    def _was_let_go(self) -> bool:
        """True if the cancellation is our own, and nobody else wants the task to end."""
        return self._given_up and self._task is not None and self._task.uncancel() == 0

    def _no_longer(self) -> None:
        self._gate.deadlines.drop(self)
