"""Each kind of personal datum: its one form, its mask, and what it refuses. All numbers are invented."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from shenguan_chassis.personal import Personal
from shenguan_kernel.personal import Age, Mobile, OfficePhone, PersonalNote, PersonName, PhoneList, ResidentId


@pytest.mark.parametrize(
    ("datum", "masked"),
    [
        (Mobile("13900001234"), "139****1234"),
        (OfficePhone("0533-5181234"), "0533-518****"),
        (OfficePhone("5181234-801"), "518****-***"),
        (OfficePhone("(0533)5181234"), "(0533)518****"),
        (ResidentId("370302188808080008"), "370302********0008"),
        (PersonName("示例甲"), "示**"),
        (PersonName("示"), "示*"),
        (PhoneList("13900001234，0533-5181234"), "139****1234、0533-518****"),
        (Age("45"), "***"),
        (PersonalNote("本科 法学"), "***"),
    ],
)
def test_each_kind_has_its_mask(datum: Personal, masked: str) -> None:
    assert datum.masked == masked


@pytest.mark.parametrize("written", ["+8613900001234", "86 13900001234", "139-0000-1234", "139 0000 1234"])
def test_a_mobile_number_is_one_however_it_is_written(written: str) -> None:
    assert Mobile(written) == Mobile("13900001234")


@pytest.mark.parametrize("written", ["cafe\u0301", " caf\u00e9 "])
def test_a_name_is_one_however_it_is_composed(written: str) -> None:
    assert PersonName(written) == PersonName("caf\u00e9")


@pytest.mark.parametrize("written", ["示 例", "示\u3000例", "\uf9b5某"])
def test_spaces_that_align_a_chinese_name_are_not_kept_and_its_signs_are_the_usual_ones(written: str) -> None:
    assert PersonName(written) in (PersonName("示例"), PersonName("\u4f8b某"))


def test_several_numbers_are_kept_in_their_one_form() -> None:
    assert PhoneList("+8613900001234; 5181234").reveal() == "13900001234、5181234"


def test_an_x_is_written_large() -> None:
    assert ResidentId("37030218800808000x") == ResidentId("37030218800808000X")


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (Age, "17", "age_form"),
        (Age, "101", "age_form"),
        (Age, "四十五", "age_form"),
        (Age, "４５", "age_form"),
        (PhoneList, "13900001234、12", "office_phone_form"),
        (PersonalNote, "x\u0007", "personal_note_form"),
        (Mobile, "12900001234", "mobile_form"),
        (Mobile, "05335181234", "mobile_form"),
        (OfficePhone, "13900001234x", "office_phone_form"),
        (ResidentId, "370302188808080009", "resident_id_check_digit"),
        (PersonName, "示例13900001234", "person_name_form"),
        (PersonName, "示例\u200b甲", "person_name_form"),
        (PersonName, "示" * 51, "person_name_form"),
    ],
)
def test_what_is_none_is_refused_by_its_code_without_repeating_it(kind: type[Personal], text: str, code: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        kind(text)

    assert refused.value.type == code
    assert text not in refused.value.message()
