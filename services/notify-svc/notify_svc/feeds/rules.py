"""What does a feed carry? The event as its owner said it, with a number of the feed's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from shenguan_contracts.envelope import CONTENT_TYPE, Envelope

DIGITS = 10
"""`sequence` and `feedsequence` are padded to so many digits, as the CloudEvents extension wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """部门推送: the feed of one office; all up to number `sent` is on its topic."""

    department: str
    sent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One event that one department may see; `number` is its place in the department's feed, None until it has one."""

    department: str
    stream: UUID
    sequence: int
    said_at: datetime
    body: str
    number: int | None = None


def topic_of_feed(department: str) -> str:
    """The topic that a department's systems read; it has one partition, so the feed has one order."""
    return f"shenguan.feed.{department}.v1"


def body_of(envelope: Envelope) -> str:
    """The event as structured CloudEvents JSON, still without its number in a feed."""
    head = {
        "specversion": "1.0",
        "id": envelope.id,
        "source": envelope.source,
        "type": envelope.type,
        "subject": envelope.subject,
        "time": envelope.time,
        "sequence": f"{envelope.sequence:0{DIGITS}d}",
        "datacontenttype": "application/json",
        "audience": ",".join(envelope.audience),
        **({"starts": True} if envelope.starts else {}),
        **({"traceparent": envelope.traceparent} if envelope.traceparent else {}),
        "data": envelope.data,
    }
    return orjson.dumps(head, option=orjson.OPT_UTC_Z).decode()


def as_sent(body: bytes, number: int) -> bytes:
    """The event as it goes out, number `number` of the feed: the extension `feedsequence`, from 1 without gap."""
    return b'{"feedsequence":"%0*d",%b' % (DIGITS, number, body[1:])


HEADERS = (("content-type", CONTENT_TYPE),)
"""What tells a reader of the topic how to read a record."""
