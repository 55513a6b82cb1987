"""公民身份号码: GB 11643 by form, date and checksum alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from shenguan_kernel.identifiers.resident_id import (
    check_character,
    check_living,
    check_resident_id,
    mask_resident_id,
)

TODAY = date(2026, 4, 1)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    born = draw(st.dates(date(1900, 1, 1), TODAY))
    prefix = draw(st.sampled_from(["370302", "810000", "820000", "830000", "900010"]))
    body = f"{prefix}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + check_character(body)


@pytest.mark.parametrize("number", ["370302188808080008", "37030218800808000X", "11010519491231002X"])
def test_a_published_or_synthetic_number_is_accepted(number: str) -> None:
    assert check_resident_id(number.lower()) == number


@given(numbers())
def test_every_living_holder_is_accepted_whatever_the_division(number: str) -> None:
    assert check_living(number, TODAY) == number


@given(numbers(), st.data())
def test_every_change_of_one_digit_is_refused(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 16))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))

    with pytest.raises(PydanticCustomError):
        check_resident_id(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("37030218880808000", "resident_id_length"),
        ("370302800808001", "resident_id_length"),
        ("37030218880808000Y", "resident_id_form"),
        ("37030218880808000８", "resident_id_form"),
        ("370302198802300008", "resident_id_date"),
        ("370302190002290008", "resident_id_date"),
        ("370302188808080009", "resident_id_check_digit"),
    ],
)
def test_a_faulty_number_is_refused_with_its_reason_and_not_repeated(text: str, code: str) -> None:
    with pytest.raises(PydanticCustomError) as fault:
        check_resident_id(text)

    assert fault.value.type == code
    assert text not in str(fault.value)


@pytest.mark.parametrize("body", ["37030218880808000", "37030220260402000"])
def test_nobody_at_the_counter_was_born_before_1900_or_tomorrow(body: str) -> None:
    with pytest.raises(PydanticCustomError) as fault:
        check_living(body + check_character(body), TODAY)

    assert fault.value.type == "resident_id_birth"


def test_a_masked_number_keeps_division_and_last_four() -> None:
    assert mask_resident_id("370302188808080008") == "370302********0008"
