"""How is a log tried without a service around it? Rows and events are written, sealed and verified by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from asyncpg import Connection

from shenguan_contracts.envelope import urn

from ..ids import stream_key
from ..journal import JOURNAL_COLUMNS, JournalRow
from ..journal.head import HeadSigner, SignedHead
from ..journal.sealing import Manner, seal
from ..journal.verifying import Verdict, verify
from ..keys import Keys
from .keys import a_master_key

AT = datetime(2026, 2, 13, 1, 30, tzinfo=UTC)
SOURCE = urn("370302", "approval")
_WRITE = f"""
INSERT INTO journal ({", ".join(JOURNAL_COLUMNS)})
VALUES ({", ".join(f"${n}" for n in range(1, len(JOURNAL_COLUMNS) + 1))})
"""
_SAY = "INSERT INTO event (stream, seq, at, subject, type, body) VALUES ($1, $2, $3, $4, $5, $6)"


def a_row(command: str, subject: str = "case/1") -> JournalRow:
    """A row of a command."""
    return JournalRow(
        at=AT,
        legal_at=AT,
        person="p-1",
        organisation="bureau",
        department="bureau",
        roles=["approver"],
        command=command,
        subject=subject,
        version=1,
        idem_key=f"key of {command}",
        body_hash=b"\x01",
        status=200,
        code=None,
        answer=b'{"of": "' + command.encode() + b'"}',
        trace=None,
    )


def signer(generation: int = 1, service: str = "approval") -> HeadSigner:
    """Who signs a service's heads in tests."""
    return HeadSigner(Keys.read(a_master_key(generation), service))


@dataclass
class Logbook:
    """One service's log, on one connection."""

    connection: Connection
    source: str = SOURCE
    algorithm: str = "sm3"
    signs: HeadSigner = field(default_factory=signer)
    _seconds: int = 0

    async def write(self, *commands: str) -> None:
        """A row for each command, each in a transaction of its own."""
        for command in commands:
            await self.connection.execute(_WRITE, *a_row(command).values())

    async def say(self, name: str, *bodies: bytes) -> UUID:
        """Events of one stream; returns its key."""
        stream = stream_key("approval", f"case/{name}")
        for number, body in enumerate(bodies, 1):
            await self.connection.execute(_SAY, stream, number, AT, f"case/{name}", "type", body)
        return stream

    async def seal(self) -> SignedHead | None:
        """One more seal, a second after the one before."""
        self._seconds += 1
        manner = Manner(self.source, self.algorithm, self.signs)
        return await seal(self.connection, manner, AT + timedelta(seconds=self._seconds))

    async def sealed(self, *commands: str) -> SignedHead:
        """Rows of these commands under one seal."""
        await self.write(*commands)
        head = await self.seal()
        if head is None:
            raise AssertionError("nothing was sealed")
        return head

    async def verify(self, after: int = 0, seconds: float = float("inf")) -> Verdict:
        """What is found, by the keys that sign here."""
        return await verify(self.connection, self.source, set(self.signs.known.values()), after, seconds)
