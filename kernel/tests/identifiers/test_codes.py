"""事项编码 and 行政区划代码: what is asked of codes that others give out."""

import pytest
from pydantic_core import PydanticCustomError

from shenguan_kernel.identifiers.division import Division, check_division_code
from shenguan_kernel.identifiers.item_code import check_implementing_code, check_item_code


@pytest.mark.parametrize("code", ["000131011000", "11370302004216167U3370131011000", "510-ABC-01_2.3", "A" * 50])
def test_an_item_code_is_opaque_and_upper_case(code: str) -> None:
    assert check_item_code(code.lower()) == code


@pytest.mark.parametrize("text", ["", "A" * 51, "-A", "A-", "A B", "事项1", "A/B", "A\n", "ſA"])
def test_what_could_not_be_an_item_code_anywhere_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError) as fault:
        check_item_code(text)

    assert fault.value.type == "item_code_form"


def test_the_strict_profile_begins_with_the_credit_code_of_the_agency() -> None:
    assert check_implementing_code("11370302004216167U3370131011000")
    with pytest.raises(PydanticCustomError) as fault:
        check_implementing_code("11370302004216167A3370131011000")
    assert fault.value.type == "uscc_check_digit"


def test_the_strict_profile_wants_thirty_one_characters() -> None:
    with pytest.raises(PydanticCustomError) as fault:
        check_implementing_code("11370302004216167U")

    assert fault.value.type == "item_code_strict"


@pytest.mark.parametrize("code", ["370302", "370302000000"])
def test_a_division_code_has_two_forms_of_one_county(code: str) -> None:
    zichuan = Division(check_division_code(code), edition="2019")

    assert (zichuan.county, zichuan.city, zichuan.province) == ("370302", "370300", "370000")


@pytest.mark.parametrize("text", ["37030", "3703020", "070302", "37030a", "３70302", "370302\n"])
def test_what_is_no_division_code_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError) as fault:
        check_division_code(text)

    assert fault.value.type == "division_form"
