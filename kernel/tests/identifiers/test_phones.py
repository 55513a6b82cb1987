"""电话: mobile and office numbers as the annexes hold them."""

import pytest
from pydantic_core import PydanticCustomError

from shenguan_kernel.identifiers.phones import check_mobile, check_office_phone, mask_mobile, split_numbers


@pytest.mark.parametrize("text", ["13812345678", "8613812345678", "+8613812345678"])
def test_a_mobile_number_loses_its_country_code(text: str) -> None:
    assert check_mobile(text) == "13812345678"


@pytest.mark.parametrize("text", ["12812345678", "1381234567", "138123456789", "１3812345678", "13812345678\n", ""])
def test_what_is_no_mobile_number_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError) as fault:
        check_mobile(text)

    assert fault.value.type == "mobile_form"


@pytest.mark.parametrize("text", ["5181234", "0533-5181234", "(0533)5181234", "(0533)-5181234-801", "01062881234"])
def test_an_office_number_is_accepted_with_or_without_area_code_and_extension(text: str) -> None:
    assert check_office_phone(text) == text


@pytest.mark.parametrize("text", ["1181234", "0533-518123", "533-5181234", "0533 5181234", "(0533-5181234", "5181234-"])
def test_what_is_no_office_number_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError) as fault:
        check_office_phone(text)

    assert fault.value.type == "office_phone_form"


def test_one_cell_of_an_annex_may_hold_several_numbers() -> None:
    assert split_numbers(" 5181234、0533-5181235；5181236/5181237\n5181238 ") == (
        "5181234",
        "0533-5181235",
        "5181236",
        "5181237",
        "5181238",
    )


def test_a_masked_mobile_number_keeps_three_and_four() -> None:
    assert mask_mobile("13812345678") == "138****5678"
