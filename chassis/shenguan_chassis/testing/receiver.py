"""Who is called in a test? A real HTTP server on loopback that answers as it is told and remembers what came."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass
class Came:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> Any:
        """The body, read."""
        return orjson.loads(self.body)


Answer = Callable[[Came, asyncio.StreamWriter], Awaitable[None]]


def status(code: int, *headers: str, body: bytes = b"") -> Answer:
    """Answer with a status."""

    async def answer(_: Came, writer: asyncio.StreamWriter) -> None:
        head = [f"HTTP/1.1 {code} X", f"content-length: {len(body)}", *headers]
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return answer


@dataclass
class Receiver:
    """The server; `answer` may be another from one moment to the next."""

    url: str = ""
    answer: Answer = field(default_factory=lambda: status(204))
    came: list[Came] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, enough: Callable[[list[Came]], bool], within: float = 20) -> list[Came]:
        """Wait until what came is enough; raises TimeoutError."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: enough(self.came))
        return self.came

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while head := await _head(reader):
                request, _, lines = head.partition("\r\n")
                pairs = [line.partition(":") for line in lines.split("\r\n") if line]
                headers = {name.lower(): value.strip() for name, _, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                came = Came(request.split(" ")[1], headers, body)
                answer = self.answer
                async with self._news:
                    self.came.append(came)
                    self._news.notify_all()
                await answer(came, writer)
        except (OSError, asyncio.CancelledError):
            pass  # the caller left, or the test is over
        finally:
            writer.close()


async def _head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").removesuffix("\r\n\r\n")
    except asyncio.IncompleteReadError:
        return ""


@asynccontextmanager
async def receiving(port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver while it listens; with `tls` it shows the certificate in it."""
    receiver = Receiver()
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            connections.add(task)
        await receiver.serve(reader, writer)

    server = await asyncio.start_server(connected, "127.0.0.1", port, ssl=tls)
    receiver.url = f"http{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
