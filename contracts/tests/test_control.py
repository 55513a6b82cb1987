"""A note on the control topic is read back as it was said; what is no note is passed over."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from shenguan_contracts.control import (
    JournalSealed,
    MarkAsked,
    MarkGiven,
    Note,
    ResendAsked,
    RollCallAsked,
    StreamsHeard,
    decode_note,
    encode_note,
)
from shenguan_contracts.envelope import urn

SCHEMAS = Path(__file__).parents[1] / "schemas" / "control"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
NOTES: list[Note] = [
    StreamsHeard(source="approval", said_at=NOON, heads=(("case/1", 4), ("license/2", 1))),
    RollCallAsked(source="notify", said_at=NOON, since=NOON),
    ResendAsked(source="notify", said_at=NOON, owner="approval", subject="case/1", first=2, last=3),
    ResendAsked(source="notify", said_at=NOON, owner="approval", subject="case/1", first=2),
    JournalSealed(source="expert", said_at=NOON, number=12, head="ab" * 32),
    MarkAsked(source="notify", said_at=NOON, until=NOON),
    MarkGiven(source="approval", said_at=NOON, until=NOON, ends=((0, 17), (1, 0))),
]
every_note = pytest.mark.parametrize("note", NOTES, ids=lambda note: note.kind)


def said(note: Note) -> bytes:
    return encode_note(note, source=urn("370302", note.source))


@every_note
def test_what_is_noted_is_what_is_heard(note: Note) -> None:
    assert decode_note(said(note)) == note


@every_note
def test_a_note_fits_its_published_schema_and_the_official_sdk_reads_it(note: Note) -> None:
    published = json.loads((SCHEMAS / f"{note.kind}.v1.json").read_text("utf-8"))

    assert not list(Draft202012Validator(published).iter_errors(json.loads(said(note))))
    assert JSONFormat().read(None, said(note)).get_type() == f"cn.shenguan.control.{note.kind}.v1"


@pytest.mark.slow
@given(st.binary(max_size=100) | st.dictionaries(st.text(), st.text()).map(lambda note: json.dumps(note).encode()))
def test_what_is_no_note_is_passed_over(value: bytes) -> None:
    assert decode_note(value) is None


def test_a_note_of_a_later_edition_is_passed_over() -> None:
    later = json.loads(said(NOTES[0]))
    later["type"] = "cn.shenguan.control.ShardsMoved.v1"
    later["data"]["kind"] = "ShardsMoved"

    assert decode_note(json.dumps(later).encode()) is None
