"""How does an event travel? As CloudEvents 1.0 in structured JSON, its number in its stream beside it.

id        <noun>/<id>#<number>: unique per source and the same however often it is sent
source    urn:shenguan:<division code>:<service>
type      cn.shenguan.<service>.<EventName>.v<version>
subject   <noun>/<id>, also the bus's key
sequence  the number in the stream of source and subject, from 1 without gap, zero-padded
audience  department codes that may see it, joined by commas (extension)
starts    true on a snapshot event: a stream may begin at it (extension)
traceparent  W3C trace context of the command that led to it (extension)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from pydantic import ValidationError

from .event import CATALOGUE, Event, type_of

CONTENT_TYPE = b"application/cloudevents+json; charset=UTF-8"
_DIGITS = 10
_TYPE = re.compile(r"cn\.shenguan\.([a-z]+)\.([A-Za-z]+)\.v([1-9][0-9]{0,3})")
_SOURCE = re.compile(r"urn:shenguan:([0-9]{6}):([a-z]+)")
_SUBJECT = re.compile(r"[a-z][a-z0-9-]{0,62}/[!-~]{1,128}")
_SEQUENCE = re.compile(r"[0-9]{1,18}")  # fits a bigint
_TRACE = re.compile(r"[0-9a-f]{2}(-[0-9a-f]+){3}")


class NotAnEvent(ValueError):
    """Bytes that are no event of ours; the message says why and quotes nothing of them."""


class UnknownType(NotAnEvent):
    """An event of a type or version that this edition does not know."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event as it travels; `data` is not yet read."""

    id: str
    source: str
    type: str
    subject: str
    sequence: int
    time: datetime
    data: dict[str, Any]
    audience: tuple[str, ...] = ()
    starts: bool = False
    traceparent: str | None = None

    @property
    def service(self) -> str:
        """The service that said it."""
        return self.source.rpartition(":")[2]

    def event(self) -> Event:
        """The event itself.

        Raises `UnknownType`, or `NotAnEvent` naming the fields at fault or that the data is of another stream.
        """
        kind = known(self.type)
        if self.type.split(".")[2] != self.service:
            raise NotAnEvent(f"{self.type}: not said by its source")
        try:
            event = kind.model_validate(self.data)
        except ValidationError as invalid:
            fields = sorted({".".join(map(str, error["loc"])) for error in invalid.errors(include_input=False)})
            raise NotAnEvent(f"{self.type}: invalid {', '.join(fields)}") from None
        if event.subject != self.subject:
            raise NotAnEvent(f"{self.type}: its data is of another stream than its subject")
        return event


@lru_cache(maxsize=1024)  # asked once per message
def known(type_: str) -> type[Event]:
    """The event class of a CloudEvents type; raises `UnknownType`."""
    parts = _TYPE.fullmatch(type_)
    kind = CATALOGUE.find(parts[2], int(parts[3])) if parts else None
    if parts is None or kind is None or kind.source not in (None, parts[1]):
        raise UnknownType(f"unknown event type {type_[:120]!r}")
    return kind


def urn(division: str, service: str) -> str:
    """The source of a service in a division: `urn:shenguan:370302:approval`."""
    return f"urn:shenguan:{division}:{service}"


def encode(event: Event, *, source: str, sequence: int, time: datetime, traceparent: str | None = None) -> bytes:
    """The event's structured JSON as number `sequence` of its stream, said by `source` (a urn) at `time`."""
    subject = event.subject
    head: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{subject}#{sequence}",
        "source": source,
        "type": type_of(type(event), source.rpartition(":")[2]),
        "subject": subject,
        "time": time,
        "sequence": f"{sequence:0{_DIGITS}d}",
        "datacontenttype": "application/json",
    }
    if audience := event.audience():
        head["audience"] = ",".join(audience)
    if event.starts:
        head["starts"] = True
    if traceparent:
        head["traceparent"] = traceparent
    return (
        orjson.dumps(head, option=orjson.OPT_UTC_Z)[:-1]
        + b',"data":'
        + event.__pydantic_serializer__.to_json(event)
        + b"}"
    )


def decode(value: bytes) -> Envelope:
    """Read an envelope; raises `NotAnEvent` with a reason that quotes nothing of the content."""
    try:
        head = orjson.loads(value)
    except orjson.JSONDecodeError:
        raise NotAnEvent("not JSON") from None
    if not isinstance(head, dict) or head.get("specversion") != "1.0":
        raise NotAnEvent("not a CloudEvent 1.0")
    trace = head.get("traceparent")
    return Envelope(
        id=_text(head, "id"),
        source=_text(head, "source", _SOURCE),
        type=_text(head, "type"),
        subject=_text(head, "subject", _SUBJECT),
        sequence=_number(head),
        time=_instant(head),
        data=_data(head),
        audience=_audience(head),
        starts=head.get("starts") is True,
        traceparent=trace if isinstance(trace, str) and _TRACE.fullmatch(trace) else None,
    )


def _text(head: dict[str, Any], name: str, form: re.Pattern[str] | None = None) -> str:
    value = head.get(name)
    if not isinstance(value, str) or not value or (form and not form.fullmatch(value)):
        raise NotAnEvent(f"not a CloudEvent of ours: {name}")
    return value


def _number(head: dict[str, Any]) -> int:
    number = int(_text(head, "sequence", _SEQUENCE))
    if number < 1:
        raise NotAnEvent("not a CloudEvent of ours: sequence")
    return number


def _instant(head: dict[str, Any]) -> datetime:
    text = _text(head, "time")
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            return time if time.tzinfo is UTC else time.astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # the parser's own words would quote the content
    raise NotAnEvent("not a CloudEvent of ours: time")


def _data(head: dict[str, Any]) -> dict[str, Any]:
    data = head.get("data")
    if not isinstance(data, dict):
        raise NotAnEvent("not a CloudEvent of ours: data")
    return data


def _audience(head: dict[str, Any]) -> tuple[str, ...]:
    codes = head.get("audience", "")
    if not isinstance(codes, str):
        raise NotAnEvent("not a CloudEvent of ours: audience")
    return tuple(filter(None, codes.split(",")))
