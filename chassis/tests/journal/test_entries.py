"""An entry is named whatever its text is: who forges one need not write what we would."""

from uuid import UUID

import pytest

from shenguan_chassis.journal.entries import NO_STREAM, Entry

ROW, EVENT = (7, NO_STREAM, 3), (7, UUID(int=9), 2)


EVENT_TEXT, ROW_TEXT = (
    b'{"entry":"event","seq":1,"subject":"case/1"}',
    b'{"entry":"row","id":1,"command":"x","subject":null}',
)


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"no json", EVENT_TEXT, b"\xff"])
def test_a_row_with_a_foreign_text_is_named_by_its_place(text: bytes) -> None:
    assert Entry(ROW, text).name() == "journal row 3, transaction 7"
    assert isinstance(Entry(ROW, text).moved_to((8, NO_STREAM, 4)), bytes)


@pytest.mark.parametrize("text", [b"", b"{}", b"null", ROW_TEXT])
def test_an_event_with_a_foreign_text_is_named_by_its_place(text: bytes) -> None:
    assert Entry(EVENT, text).name() == f"event 2, stream {UUID(int=9)}"
