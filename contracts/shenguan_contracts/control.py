"""What do services say to each other about the bus itself? Unsequenced notes on the control topic, never in feeds."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Literal

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

_PREFIX = "cn.shenguan.control"


class _Note(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    source: str = Field(description="The service that says it.")
    said_at: AwareDatetime = Field(description="System time.")


class StreamsHeard(_Note):
    """Roll call: the last number of each stream lately changed; who is behind asks again."""

    kind: Literal["StreamsHeard"] = "StreamsHeard"
    heads: tuple[tuple[str, int], ...] = Field(description="Subject and last number.")


class ResendAsked(_Note):
    """A listener misses numbers of a stream: its owner sends them again."""

    kind: Literal["ResendAsked"] = "ResendAsked"
    owner: str = Field(description="The service whose stream it is.")
    subject: str = Field(description="The stream.")
    first: int = Field(description="The first number missed.", ge=1)
    last: int | None = Field(default=None, description="The last number missed; none: to the stream's end.")


class JournalSealed(_Note):
    """The head of a service's journal chain: others keep it, so that its owner cannot rewrite what it was."""

    kind: Literal["JournalSealed"] = "JournalSealed"
    number: int = Field(description="How many rows the chain has.", ge=1)
    head: str = Field(description="Hash of the last row, hex.")


class MarkAsked(_Note):
    """Before something is called overdue: has everything that you dated before `until` left your house?"""

    kind: Literal["MarkAsked"] = "MarkAsked"
    until: datetime = Field(description="An instant of the legal clock.")


class MarkGiven(_Note):
    """All that this service dated before `until` is on the bus, before these positions of its topic."""

    kind: Literal["MarkGiven"] = "MarkGiven"
    until: datetime = Field(description="The instant asked for.")
    ends: tuple[tuple[int, int], ...] = Field(description="Partition and next offset.")


Note = StreamsHeard | ResendAsked | JournalSealed | MarkAsked | MarkGiven
_NOTE: TypeAdapter[Note] = TypeAdapter(Annotated[Note, Field(discriminator="kind")])


def encode_note(note: Note, *, source: str) -> bytes:
    """A note as CloudEvents structured JSON; `source` is the speaker's urn."""

    head = {
        "specversion": "1.0",
        "id": f"{note.kind}-{note.said_at.timestamp():.6f}-{blake2b(note.model_dump_json().encode(), digest_size=6).hexdigest()}",
        "source": source,
        "type": f"{_PREFIX}.{note.kind}.v1",
        "time": note.said_at,
        "datacontenttype": "application/json",
        "data": note.model_dump(mode="json"),
    }
    return orjson.dumps(head)


def decode_note(value: bytes) -> Note | None:
    """The note, or None where this edition does not know it."""

    try:
        head = orjson.loads(value)
        return _NOTE.validate_python(head["data"]) if head["type"].startswith(_PREFIX) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
