"""A mail server on loopback that takes what it is given, or refuses as it is told, and remembers what came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Mailbox:
    """The server; `refuse` is what it says to a recipient instead of 250, while it is set."""

    port: int = 0
    refuse: str = ""
    came: list[EmailMessage] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, enough: Callable[[list[EmailMessage]], bool], within: float = 20) -> list[EmailMessage]:
        """Wait until what came is enough; raises TimeoutError."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: enough(self.came))
        return self.came

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection (RFC 5321, as much as a sender needs)."""
        writer.write(b"220 mail.test\r\n")
        while line := await reader.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                await self._take(reader, writer)
            elif word == b"RCPT" and self.refuse:
                writer.write(f"{self.refuse}\r\n".encode())
            else:
                writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            await writer.drain()
            if word == b"QUIT":
                break
        writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"354 go on\r\n")
        body = (await reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n")
        writer.write(b"250 taken\r\n")
        await writer.drain()
        async with self._news:
            self.came.append(message_from_bytes(body, policy=policy.default))  # type: ignore[arg-type]
            self._news.notify_all()


@asynccontextmanager
async def mailing() -> AsyncIterator[Mailbox]:
    """A mail server while it listens."""
    mailbox = Mailbox()
    server = await asyncio.start_server(mailbox.serve, "127.0.0.1", 0)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
