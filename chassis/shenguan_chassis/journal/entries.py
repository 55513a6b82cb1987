"""What does an entry of the log say? The text of a journal row, or of a kept event, of which the leaf is the hash.

A row's text is one JSON object with everything that was noted, except what its caller wrote freely: key and answer
enter by their hash (`private`), so that a row can be shown without them. An event's text is such an object and then,
after a line feed, the envelope byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from asyncpg import Connection

from .merkle import Digest
from .row import JOURNAL_COLUMNS

Place = tuple[int, UUID, int]
"""Transaction, then stream and number of an event; a row has no stream, and its id for a number."""
NO_STREAM = UUID(int=0)
START: Place = (0, NO_STREAM, 0)

ROW = f"xid, id, {', '.join(JOURNAL_COLUMNS)}"
EVENT = "xid, stream, seq, at, subject, type, body"
_ROWS = f"SELECT {ROW} FROM journal WHERE (xid, id) > ($1, $2) AND (xid, id) <= ($3, $4) ORDER BY xid, id"
_EVENTS = f"""
SELECT {EVENT} FROM event
WHERE (xid, stream, seq) > ($1, $2, $3) AND (xid, stream, seq) <= ($4, $5, $6) ORDER BY xid, stream, seq
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row or an event as it is in the database: its place and its text."""

    place: Place
    text: bytes

    @property
    def is_row(self) -> bool:
        """Whether it is a row of the journal; else it is an event."""
        return self.place[1] == NO_STREAM

    def facts(self) -> dict[str, Any]:
        """What its text notes, without an event's envelope."""
        facts: dict[str, Any] = orjson.loads(self.text.partition(b"\n")[0])
        return facts

    def name(self) -> str:
        """What an auditor reads; nothing of its content but what it is about. A forged text may not say even that."""
        try:
            facts = self.facts()
            if self.is_row:
                return f"journal row {facts['id']}, {facts['command']} {facts['subject'] or ''}".rstrip()
            return f"event {facts['seq']} of {facts['subject']}"
        except (ValueError, LookupError, TypeError):
            return named(self.place)

    def moved_to(self, place: Place) -> bytes:
        """The text it would have in another place; one that cannot be read stays as it is."""
        xid, stream, number = place
        try:
            facts = {**self.facts()}
        except (ValueError, TypeError):
            return self.text
        moved = {"xid": xid, "id": number} if self.is_row else {"xid": xid, "stream": str(stream), "seq": number}
        head, feed, body = self.text.partition(b"\n")
        return orjson.dumps({**facts, **moved}) + feed + body if head else self.text


def named(place: Place) -> str:
    """A place as an auditor reads it."""
    xid, stream, number = place
    return f"journal row {number}, transaction {xid}" if stream == NO_STREAM else f"event {number}, stream {stream}"


def row_entry(row: Mapping[str, Any], digest: Digest) -> Entry:
    """The entry of a journal row with the columns ROW."""
    facts = {"entry": "row", **row}
    facts["private"] = private(facts.pop("idem_key"), facts.pop("answer"), digest)
    return Entry((row["xid"], NO_STREAM, row["id"]), orjson.dumps(facts, default=_plain))


def event_entry(event: Mapping[str, Any]) -> Entry:
    """The entry of a kept event with the columns EVENT."""
    return Entry((event["xid"], UUID(bytes=event["stream"].bytes), event["seq"]), event_text(event))


def event_text(event: Mapping[str, Any]) -> bytes:
    """What its entry says."""
    facts = {"entry": "event", **event}
    body: bytes = facts.pop("body")
    return orjson.dumps(facts, default=_plain) + b"\n" + body


def private(idem_key: str | None, answer: bytes | None, digest: Digest) -> bytes:
    """What stands for key and answer."""
    return digest(orjson.dumps(idem_key) + (b"\n-" if answer is None else b"\n+" + answer))


async def present(
    connection: Connection, after: tuple[Place, Place], upto: tuple[Place, Place], digest: Digest
) -> list[Entry]:
    """What lies between two places of rows and two of events: the rows first."""
    (row_after, event_after), (row_upto, event_upto) = after, upto
    rows = await connection.fetch(_ROWS, row_after[0], row_after[2], row_upto[0], row_upto[2])
    events = await connection.fetch(_EVENTS, *event_after, *event_upto)
    return [row_entry(row, digest) for row in rows] + [event_entry(event) for event in events]


def _plain(value: Any) -> str:
    """What orjson leaves to us: bytes, and asyncpg's UUID, which is a kind of its own."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, UUID | datetime):
        return str(value)
    raise TypeError(type(value).__name__)
