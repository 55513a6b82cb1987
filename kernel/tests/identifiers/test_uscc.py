"""统一社会信用代码: the vectors of GB 32100-2015 and what no slip of the hand may pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from shenguan_kernel.identifiers.uscc import ALPHABET, Uscc, check_character, check_uscc, organisation_check

PUBLIC_EXAMPLES = ["914403001922038216", "9144030071526726XG", "91110000802100433B", "11370302004216167U"]


@st.composite
def codes(draw: st.DrawFn) -> str:
    head = draw(st.text("159NY", min_size=1, max_size=1)) + draw(st.text("129", min_size=1, max_size=1))
    division = draw(st.text("0123456789", min_size=6, max_size=6))
    organisation = draw(st.text(ALPHABET, min_size=8, max_size=8))
    body = head + division + organisation + organisation_check(organisation)
    return body + check_character(body)


@pytest.mark.parametrize("code", PUBLIC_EXAMPLES)
def test_a_published_code_is_accepted(code: str) -> None:
    assert check_uscc(code) == code


@given(codes())
def test_a_code_with_both_checks_right_is_accepted_in_either_case(code: str) -> None:
    assert check_uscc(code.lower()) == code


@given(codes(), st.data())
def test_every_change_of_one_character_is_refused(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([c for c in ALPHABET if c != code[place]]))

    with pytest.raises(PydanticCustomError):
        check_uscc(code[:place] + other + code[place + 1 :])


@given(codes(), st.integers(0, 16))
def test_two_neighbours_that_changed_places_are_refused(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    if swapped != code:
        with pytest.raises(PydanticCustomError):
            check_uscc(swapped)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("914403001922038217", "uscc_check_digit"),
        ("91440300192203821", "uscc_length"),
        ("", "uscc_length"),
        ("9144030019220382166", "uscc_length"),
        (" 91440300192203821", "uscc_alphabet"),
        ("91440300192203821O", "uscc_alphabet"),
        ("9144O3001922038216", "uscc_alphabet"),
        ("91440300192203821\n", "uscc_alphabet"),
        ("９14403001922038216", "uscc_alphabet"),
        ("9144030019220382ﬀ6", "uscc_alphabet"),
        ("914403001922038316", "uscc_organisation_code"),
    ],
)
def test_a_faulty_code_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(PydanticCustomError) as fault:
        check_uscc(text)

    assert fault.value.type == code


def test_the_letter_o_is_named_by_its_place_and_never_read_as_zero() -> None:
    with pytest.raises(PydanticCustomError) as fault:
        check_uscc("91110000802100433B".replace("8021", "8O21"))

    assert fault.value.context == {"place": 10}
    assert "第 10 位" in fault.value.message()


def test_a_model_reports_the_stable_code_of_the_fault() -> None:
    with pytest.raises(ValidationError) as fault:
        TypeAdapter(Uscc).validate_python("914403001922038217")

    assert fault.value.errors()[0]["type"] == "uscc_check_digit"
