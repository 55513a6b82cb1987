"""Who did what, when, and with which answer? One row a command, chained so that nobody can rewrite it unseen.

The row is the audit trail and the replayed answer at once. Behind the commit path a sealer chains the rows in the order
in which their transactions began: all rows below the oldest open transaction are there for good, so none is missed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

import orjson
from asyncpg import Connection
from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash

_FIRST = bytes(32)
_SEALED_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One command or one refusal of a known caller. `answer` is what the caller was told, `code` a refusal's."""

    at: datetime
    legal_at: datetime
    person: str
    organisation: str
    department: str | None
    roles: list[str]
    command: str
    subject: str | None
    version: int | None
    idem_key: str | None
    body_hash: bytes | None
    status: int
    code: str | None
    answer: bytes | None
    trace: str | None

    def values(self) -> list[Any]:
        """Its values in the order of JOURNAL_COLUMNS."""
        return list(_attributes(self))


JOURNAL_COLUMNS = tuple(field.name for field in fields(JournalRow))
_attributes, _items = attrgetter(*JOURNAL_COLUMNS), itemgetter(*JOURNAL_COLUMNS)
JOURNAL_TYPES = (
    "timestamptz",
    "timestamptz",
    "text",
    "text",
    "text",
    "text[]",
    "text",
    "text",
    "bigint",
    "text",
    "bytea",
    "int",
    "text",
    "bytea",
    "text",
)

_UNSEALED = f"""
SELECT xid, id, {", ".join(JOURNAL_COLUMNS)} FROM journal
WHERE (xid, id) > ($1, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY xid, id LIMIT {_SEALED_AT_ONCE}
"""
_LAST = "SELECT number, xid, id, hash FROM seal ORDER BY number DESC LIMIT 1"
_SEAL = """
INSERT INTO seal (number, xid, id, hash) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])
"""
_CHAIN = f"""
SELECT s.number, s.hash, {", ".join("j." + name for name in JOURNAL_COLUMNS)}, j.id IS NULL AS missing, s.xid, s.id
FROM seal s LEFT JOIN journal j ON j.xid = s.xid AND j.id = s.id WHERE s.number > $1 ORDER BY s.number LIMIT 1000
"""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal: how many rows the chain has, and the hash over all of them."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found; `broken_at` is the first number whose row or hash is not as it was sealed."""

    head: Head
    broken_at: int | None


def link(previous: bytes, xid: int, number: int, row: dict[str, Any], algorithm: str = "sm3") -> bytes:
    """The hash of a row and of the seal before it; the answer's bytes enter as they are."""
    digest = Hash(SM3() if algorithm == "sm3" else SHA256())
    digest.update(previous)
    digest.update(orjson.dumps([xid, number, *_items(row)], default=bytes.hex))
    return digest.finalize()


async def seal(connection: Connection, algorithm: str = "sm3") -> Head | None:
    """Chain the rows not yet sealed, at most 500; the new head, or None where there was nothing.

    Only one sealer runs at a time: the caller holds the service's lease.
    """
    last = await connection.fetchrow(_LAST)
    number, previous = (last["number"], last["hash"]) if last else (0, _FIRST)
    rows = await connection.fetch(_UNSEALED, *((last["xid"], last["id"]) if last else (0, 0)))
    if not rows:
        return None
    hashes = []
    for row in rows:
        previous = link(previous, row["xid"], row["id"], row, algorithm)
        hashes.append(previous)
    numbers = list(range(number + 1, number + 1 + len(rows)))
    await connection.execute(_SEAL, numbers, [row["xid"] for row in rows], [row["id"] for row in rows], hashes)
    return Head(numbers[-1], previous)


async def verify(connection: Connection, algorithm: str = "sm3") -> Verdict:
    """Recompute the whole chain, 1,000 rows at a time."""
    head = Head(0, _FIRST)
    while rows := await connection.fetch(_CHAIN, head.number):
        for row in rows:
            expected = None if row["missing"] else link(head.hash, row["xid"], row["id"], row, algorithm)
            if row["number"] != head.number + 1 or expected != row["hash"]:
                return Verdict(head, head.number + 1)
            head = Head(row["number"], row["hash"])
    return Verdict(head, None)
