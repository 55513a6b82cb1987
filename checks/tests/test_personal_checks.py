"""An event that could carry somebody's number is found, and so is whoever takes one in clear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, create_model

from checks.personal import impersonal
from shenguan_contracts.catalogue import CATALOGUE
from shenguan_contracts.control import NOTES
from shenguan_contracts.event import doc
from shenguan_kernel.personal import Mobile


class Line(BaseModel):
    mobile: str


def an_event(**fields: Any) -> type[BaseModel]:
    made: type[BaseModel] = create_model("OfficerNamed", **fields)
    return made


@pytest.mark.parametrize(
    "event",
    [
        an_event(phone=(str, ...)),
        an_event(holder_mobile=(str, ...)),
        an_event(id_card_no=(str, ...)),
        an_event(resident_id=(str, ...)),
        an_event(reached_at=(str, doc("How to reach him.", "联系电话"))),
        an_event(number=(Mobile | None, None)),
        an_event(lines=(tuple[Line, ...], ())),
    ],
)
def test_an_event_with_a_field_for_a_personal_datum_is_found(event: type[BaseModel]) -> None:
    (finding,) = impersonal([event])

    assert finding.rule == "personal-event"
    assert "OfficerNamed." in finding.what


def test_what_is_said_today_has_none() -> None:
    assert impersonal([*CATALOGUE, *NOTES]) == []


def test_taking_a_datum_in_clear_is_found(judged: Callable[[str, str], list[tuple[int, str]]]) -> None:
    found = judged(
        "services/notify-svc/notify_svc/people/helper.py", "def call(person):\n    return person.mobile.reveal()\n"
    )

    assert (3, "revealed") in found
