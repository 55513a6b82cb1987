"""What was set aside, why, and how is it tried again? Its stream waits behind it, so its order holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Connection

from .inbox.streams import SET_ASIDE, Why

_LIST = """
SELECT d.stream, d.seq, d.why, d.source, d.subject, d.type, d.reason, d.tries, d.since,
    (SELECT count(*) FROM parked b WHERE b.stream = d.stream AND b.seq > d.seq) AS behind
FROM parked d
WHERE d.why = ANY($1::text[]) AND (d.stream, d.seq) > ($2, $3)
    AND ($4::text IS NULL OR d.source = $4) AND ($5::text IS NULL OR d.type = $5)
    AND ($6::text IS NULL OR d.subject = $6)
ORDER BY d.stream, d.seq LIMIT $7
"""
_REDRIVE = f"""
UPDATE parked SET why = '{Why.FAILED}', tries = 0, due = $1
WHERE why = ANY($2::text[]) AND ($3::text IS NULL OR source = $3) AND ($4::text IS NULL OR type = $4)
    AND ($5::text IS NULL OR subject = $5)
"""
_NOWHERE = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which of them: all that is named must fit."""

    source: str | None = None
    type: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One event set aside. `behind` is how many of its stream wait for it, `reason` carries no personal data."""

    stream: UUID
    seq: int
    why: str
    source: str
    subject: str
    type: str
    reason: str | None
    tries: int
    since: datetime
    behind: int


async def listed(
    connection: Connection, which: Which | None = None, *, after: tuple[UUID, int] | None = None, limit: int = 100
) -> list[DeadLetter]:
    """Dead letters and events that wait for an upgrade, by stream; `after` is the last one of the page before."""
    which = which or Which()
    stream, seq = after or (_NOWHERE, 0)
    rows = await connection.fetch(_LIST, _words(), stream, seq, which.source, which.type, which.subject, limit)
    return [DeadLetter(**dict(row)) for row in rows]


async def body_of(connection: Connection, subject: str, seq: int, source: str) -> bytes | None:
    """The event itself as it came; None if it does not wait."""
    query = "SELECT body FROM parked WHERE subject = $1 AND seq = $2 AND source = $3"
    body: bytes | None = await connection.fetchval(query, subject, seq, source)
    return body


async def redrive(connection: Connection, which: Which, now: datetime) -> int:
    """Let what was set aside be tried again, as if for the first time; returns how many. The consumer looks within 1 s.

    What waits behind a dead letter follows by itself.
    """
    status: Any = await connection.execute(_REDRIVE, now, _words(), which.source, which.type, which.subject)
    return int(status.rpartition(" ")[2])


def _words() -> list[str]:
    return [why.value for why in SET_ASIDE]
