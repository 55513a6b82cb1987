"""Whatever comes over the bus is an event of ours, or a reason that quotes nothing of it: nothing else is raised."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shenguan_contracts.approval import ApprovalIssued, CaseGranted
from shenguan_contracts.catalogue import sayings
from shenguan_contracts.duties import Duty
from shenguan_contracts.envelope import NotAnEvent, UnknownType, decode, encode, urn
from shenguan_contracts.event import Event
from shenguan_contracts.notify import ObligationOpened
from shenguan_contracts.samples import sample

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
SECRET = "张三370302199001011234"


def said(event: Event, service: str = "approval") -> dict[str, Any]:
    wire = encode(event, source=urn("370302", service), sequence=3, time=datetime(2026, 3, 2, tzinfo=UTC))
    return dict(json.loads(wire))


def read(wire: object) -> Event:
    return decode(json.dumps(wire).encode()).event()


@settings(deadline=None)
@given(value=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_arbitrary_bytes_are_no_event_and_raise_nothing_else(value: bytes) -> None:
    with pytest.raises(NotAnEvent):
        decode(value).event()


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(
    saying=st.sampled_from(sayings()),
    changed=st.sampled_from(["specversion", "id", "source", "type", "subject", "time", "sequence", "data", "audience"]),
    value=JSON,
)
def test_an_envelope_with_anything_in_one_attribute_raises_nothing_else(
    saying: tuple[str, type[Event]], changed: str, value: object
) -> None:
    service, kind = saying

    with suppress(NotAnEvent):
        read(said(sample(kind), service) | {changed: value})


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(saying=st.sampled_from(sayings()), values=st.data())
def test_data_with_anything_in_one_field_raises_nothing_else(
    saying: tuple[str, type[Event]], values: st.DataObject
) -> None:
    service, kind = saying
    wire = said(sample(kind), service)
    wire["data"][values.draw(st.sampled_from(sorted(wire["data"])))] = values.draw(JSON | st.text(max_size=40))

    with suppress(NotAnEvent):
        read(wire)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("specversion", "0.3"),
        ("source", "urn:shenguan:37030:approval"),
        ("source", "urn:shenguan:370302:approval\n"),
        ("subject", "license"),
        ("subject", "license/\u0000"),
        ("subject", "license/" + "0" * 200),
        ("sequence", 3),
        ("sequence", "0"),
        ("sequence", "1_000"),
        ("sequence", "３"),
        ("sequence", "-1"),
        ("sequence", "9" * 19),
        ("time", "2026-03-02T00:00:00"),
        ("time", "0001-01-01T00:00:00+23:00"),
        ("time", "yesterday"),
        ("data", [1]),
        ("data", None),
        ("audience", ["fire"]),
    ],
)
def test_an_attribute_out_of_form_is_refused_by_name(attribute: str, value: object) -> None:
    wire = said(sample(ApprovalIssued)) | {attribute: value}

    with pytest.raises(NotAnEvent, match=attribute if attribute != "specversion" else "1.0"):
        read(wire)


@pytest.mark.parametrize("attribute", ["id", "source", "type", "subject", "time", "sequence", "data"])
def test_a_missing_attribute_is_refused_by_name(attribute: str) -> None:
    wire = said(sample(ApprovalIssued))
    del wire[attribute]

    with pytest.raises(NotAnEvent, match=attribute):
        read(wire)


@pytest.mark.parametrize("attribute", ["source", "subject", "sequence", "time", "specversion"])
def test_the_reason_quotes_nothing_of_the_content(attribute: str) -> None:
    with pytest.raises(NotAnEvent) as refusal:
        read(said(sample(ApprovalIssued)) | {attribute: SECRET})

    assert SECRET not in str(refusal.value)


def test_a_field_at_fault_is_named_and_not_quoted() -> None:
    wire = said(sample(ApprovalIssued))
    wire["data"] |= {"issued_at": SECRET, "departments": []}

    with pytest.raises(NotAnEvent, match="departments, issued_at") as refusal:
        read(wire)

    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(
    "type_",
    [
        "cn.shenguan.approval.LicenseTransferred.v1",
        "cn.shenguan.approval.ApprovalIssued.v2",
        "cn.shenguan.supervision.ApprovalIssued.v1",
        "cn.shenguan.approval.ApprovalIssued.v1\n",
        "com.example.other",
    ],
)
def test_an_unknown_type_or_version_is_told_apart_from_a_broken_event(type_: str) -> None:
    envelope = decode(json.dumps(said(sample(ApprovalIssued)) | {"type": type_}).encode())

    with pytest.raises(UnknownType):
        envelope.event()


def test_nobody_says_an_event_in_anothers_name() -> None:
    forged = said(sample(ApprovalIssued)) | {"source": "urn:shenguan:370302:supervision"}

    with pytest.raises(NotAnEvent, match="not said by its source"):
        read(forged)


def test_an_event_is_of_the_stream_that_its_envelope_names() -> None:
    wire = said(sample(CaseGranted)) | {"subject": "case/0198c0de-0000-7000-8000-00000000ffff"}

    with pytest.raises(NotAnEvent, match="another stream"):
        read(wire)


def test_a_trace_context_out_of_form_is_dropped_and_the_event_read() -> None:
    wire = said(sample(ApprovalIssued)) | {"traceparent": {"not": "a trace"}}

    assert decode(json.dumps(wire).encode()).traceparent is None


def test_instants_are_read_in_utc() -> None:
    wire = said(sample(CaseGranted)) | {"time": "2026-03-02T09:30:00+08:00"}
    wire["data"]["granted_at"] = "2026-03-02T09:30:00+08:00"

    envelope = decode(json.dumps(wire).encode())
    granted = envelope.event()

    assert envelope.time == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert b'"2026-03-02T01:30:00Z"' in granted.model_dump_json().encode()


def test_a_duty_that_a_later_edition_added_does_not_break_a_reader() -> None:
    wire = said(sample(ObligationOpened), "notify")
    wire["data"]["duty"] = "sign_survey"

    opened = read(wire)

    assert isinstance(opened, ObligationOpened)
    assert isinstance(opened.duty, Duty)
    assert opened.duty == "sign_survey"
    assert json.loads(opened.model_dump_json())["duty"] == "sign_survey"


@pytest.mark.parametrize("code", ["", "Sign survey", "x" * 65, 7])
def test_a_code_that_no_edition_would_add_is_refused(code: object) -> None:
    wire = said(sample(ObligationOpened), "notify")
    wire["data"]["duty"] = code

    with pytest.raises(NotAnEvent, match="duty"):
        read(wire)
