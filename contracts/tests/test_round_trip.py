"""Every event that can be said is read by anyone: by us, by its published schema, by the official CloudEvents SDK."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from jsonschema import Draft202012Validator, FormatChecker

from shenguan_contracts.catalogue import sayings
from shenguan_contracts.envelope import CONTENT_TYPE, Envelope, decode, encode, urn
from shenguan_contracts.event import Event, type_of
from shenguan_contracts.samples import sample

pytestmark = pytest.mark.slow

EventsOf = Callable[[type[Event]], SearchStrategy[Event]]
SCHEMAS = Path(__file__).parents[1] / "schemas"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
every_saying = pytest.mark.parametrize(
    ("service", "kind"), sayings(), ids=[f"{service}.{kind.__name__}" for service, kind in sayings()]
)


def said(service: str, event: Event, number: int = 7) -> bytes:
    return encode(event, source=urn("370302", service), sequence=number, time=NOON, traceparent=TRACE)


@every_saying
def test_what_is_said_is_what_is_heard(service: str, kind: type[Event], events_of: EventsOf) -> None:
    @settings(max_examples=15, deadline=None)
    @given(event=events_of(kind), number=st.integers(1, 10**12))
    def heard(event: Event, number: int) -> None:
        envelope = decode(said(service, event, number))

        assert envelope.event() == event
        assert (envelope.subject, envelope.sequence, envelope.time) == (event.subject, number, NOON)
        assert (envelope.service, envelope.audience, envelope.starts) == (service, event.audience(), kind.starts)

    heard()


@every_saying
def test_what_is_said_fits_the_published_schema(service: str, kind: type[Event], events_of: EventsOf) -> None:
    published = json.loads((SCHEMAS / service / f"{kind.__name__}.v{kind.version}.json").read_text("utf-8"))
    Draft202012Validator.check_schema(published)
    reader = Draft202012Validator(published, format_checker=FormatChecker())

    @settings(max_examples=5, deadline=None)
    @given(event=events_of(kind))
    def fits(event: Event) -> None:
        assert not list(reader.iter_errors(json.loads(said(service, event))))

    fits()


@every_saying
def test_a_reader_ignores_fields_that_a_later_edition_added(service: str, kind: type[Event]) -> None:
    event = sample(kind)
    wire = json.loads(said(service, event))

    wire["laterattribute"] = "x"
    wire["data"]["a_later_field"] = {"deep": [1]}

    published = json.loads((SCHEMAS / service / f"{kind.__name__}.v{kind.version}.json").read_text("utf-8"))
    assert not list(Draft202012Validator(published).iter_errors(wire))
    assert decode(json.dumps(wire).encode()).event() == event


@every_saying
def test_the_official_sdk_reads_the_same_event_as_we_do(service: str, kind: type[Event]) -> None:
    event = sample(kind)
    value = said(service, event)

    structured = JSONFormat().read(None, value)
    message = KafkaMessage(headers={"content-type": CONTENT_TYPE}, key=event.subject.encode(), value=value)
    from_kafka = from_kafka_event(message)

    ours = decode(value)
    for theirs in (structured, from_kafka):
        assert theirs.get_id() == ours.id == f"{event.subject}#7"
        assert theirs.get_source() == ours.source
        assert theirs.get_type() == ours.type == type_of(kind, service)
        assert theirs.get_subject() == ours.subject
        assert theirs.get_time() == ours.time
        assert theirs.get_extension("sequence") == "0000000007"
        assert (theirs.get_extension("audience") or "") == ",".join(ours.audience)
        assert (theirs.get_extension("starts") or False) is ours.starts
        assert theirs.get_extension("traceparent") == TRACE
        assert theirs.get_data() == ours.data
    assert from_kafka.get_extension("partitionkey") == event.subject


@every_saying
def test_what_the_official_sdk_writes_we_read(service: str, kind: type[Event]) -> None:
    event = sample(kind)
    value = said(service, event)

    rewritten = JSONFormat().write(JSONFormat().read(None, value))

    assert decode(rewritten) == decode(value)
    assert decode(rewritten).event() == event


def test_the_number_orders_as_text_too() -> None:
    service, kind = sayings()[0]
    numbers = [json.loads(said(service, sample(kind), number))["sequence"] for number in (2, 10, 1_000_000)]

    assert numbers == sorted(numbers)
    assert isinstance(decode(said(service, sample(kind))), Envelope)
