"""Which texts hold somebody's number, and which only look a little like it? All numbers here are invented."""

from __future__ import annotations

import uuid

import pytest

from shenguan_chassis.personal.texts import masked, masked_all, names_a_person

PHONE = "13900001234"
RESIDENT = "370302188808080008"


@pytest.mark.parametrize(
    "text",
    [
        PHONE,
        f"请联系{PHONE}。",
        f"+86{PHONE}",
        f"+86 {PHONE}",
        f"86{PHONE}",
        "139-0000-1234",
        "139 0000 1234",
        "139.0000.1234",
        "139—0000—1234",
        "１３９００００１２３４",
        RESIDENT,
        f"身份证{RESIDENT}号",
        "370302 18880808 0008",
    ],
)
def test_a_number_is_seen_however_it_is_written(text: str) -> None:
    assert names_a_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12900001234",
        "1390000123",
        "139000012345",
        f"A{PHONE}",
        f"0.{PHONE}",
        "0533-5181234",
        "川政办字〔2019〕12号",
        "914403001922038216",
        "370302202602130001",  # division, day and serial: a file number, whose last digit is no check digit
        "370302188813080008",
        "2026-11-23T20:00:00Z",
    ],
)
def test_what_is_no_persons_number_passes(text: str) -> None:
    assert not names_a_person(text)


def test_an_id_never_looks_like_one() -> None:
    ids = [uuid.uuid4() for _ in range(2000)]

    assert not any(names_a_person(text) for one in ids for text in (str(one), one.hex))


def test_numbers_in_a_line_are_masked_and_the_rest_stays() -> None:
    assert masked(f"to {PHONE}, id {RESIDENT}.") == "to 139****1234, id 370302********0008."
    assert masked("139-0000-1234") == "139****1234"
    assert masked("nothing here") == "nothing here"


def test_they_are_masked_however_deep_they_lie() -> None:
    line = {"event": f"x {PHONE}", "deep": [{"a": (RESIDENT, 1, 2.5, None, True)}], "number": int(PHONE), PHONE: 7}

    assert masked_all(line) == {
        "event": "x 139****1234",
        "deep": [{"a": ["370302********0008", 1, 2.5, None, True]}],
        "number": "139****1234",
        "139****1234": 7,
    }
