"""What came off the bus? An event of a stream, or a message that is kept aside because it is none of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from shenguan_contracts.envelope import Envelope, NotAnEvent, decode

from ..bus.port import Received
from ..ids import stream_key

_LONGEST_TYPE = 200
Speakers = Mapping[str, str]
"""For each topic the one source (urn) that may speak on it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message lay on the bus."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Heard:
    """One event of a stream: as it came, or as it was parked (then without place and not decoded)."""

    stream: UUID
    seq: int
    source: str
    """The service that said it."""
    subject: str
    type: str
    starts: bool
    body: bytes
    place: Place | None = None
    decoded: Envelope | None = None

    @property
    def envelope(self) -> Envelope:
        """The envelope; decoded when first wanted. Raises NotAnEvent."""
        return self.decoded or decode(self.body)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that is no event of ours; `foreign` if somebody spoke on another's topic."""

    place: Place
    reason: str
    body: bytes
    foreign: bool = False


def hear(record: Received, speakers: Speakers) -> Heard | Unreadable:
    """Read the envelope of a record; what is in the event is looked at only if somebody here wants it."""
    place = Place(record.topic, record.partition, record.offset)
    try:
        envelope = decode(record.value)
    except NotAnEvent as reason:
        return Unreadable(place, str(reason), record.value)
    if envelope.source != speakers.get(record.topic):
        return Unreadable(place, f"{envelope.source} may not speak on {record.topic}", record.value, foreign=True)
    return Heard(
        stream=stream_key(envelope.service, envelope.subject),
        seq=envelope.sequence,
        source=envelope.service,
        subject=envelope.subject,
        type=envelope.type.replace("\0", "")[:_LONGEST_TYPE],  # the one text of an envelope without a form
        starts=envelope.starts,
        body=record.value,
        place=place,
        decoded=envelope,
    )
