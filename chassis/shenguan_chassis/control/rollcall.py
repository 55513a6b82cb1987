"""Who is behind? The owner tells the heads of its streams, the listener compares them with its positions.

Numbers show a hole only when something comes behind it. A tail that was lost with nothing behind it is found here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asyncpg import Connection

from ..ids import stream_key

_HEADS = """
SELECT subject, max(seq) AS last FROM event WHERE at >= $1 GROUP BY stream, subject
HAVING NOT subject = ANY(SELECT subject FROM queue)
"""
_BEHIND = """
SELECT h.subject, h.last, greatest(p.seq, (SELECT max(seq) FROM parked WHERE stream = h.stream), 0) AS have
FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS h(stream, subject, last)
LEFT JOIN position p ON p.stream = h.stream
WHERE h.last > greatest(p.seq, (SELECT max(seq) FROM parked WHERE stream = h.stream), 0)
"""

Head = tuple[str, int]
"""Subject and last number."""


@dataclass(frozen=True, slots=True)
class Behind:
    """A stream of which the last numbers never came."""

    subject: str
    first: int
    last: int


async def heads(connection: Connection, since: datetime) -> list[Head]:
    """The streams that changed since then (system time), without those of which something is still queued."""
    return [(row["subject"], row["last"]) for row in await connection.fetch(_HEADS, since)]


async def behind(connection: Connection, source: str, told: Sequence[Head]) -> list[Behind]:
    """Of the streams told by their owner those whose tail is neither applied nor parked here."""
    keys = [stream_key(source, subject) for subject, _ in told]
    rows = await connection.fetch(_BEHIND, keys, [subject for subject, _ in told], [last for _, last in told])
    return [Behind(row["subject"], row["have"] + 1, row["last"]) for row in rows]
