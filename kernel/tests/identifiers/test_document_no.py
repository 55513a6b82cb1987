"""文号: GB/T 9704 numbers, orders, and what must not be read into a broken one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from shenguan_kernel.identifiers.document_no import DocumentNo, check_document_no, read_document_no


@pytest.mark.parametrize("brackets", ["〔〕", "[]", "()", "（）", "［］", "﹝﹞", "【】"])
def test_every_usual_bracket_becomes_the_hexagonal_one(brackets: str) -> None:
    text = f"川政办字{brackets[0]}2019{brackets[1]}12号"

    assert check_document_no(text) == "川政办字〔2019〕12号"


def test_the_raw_text_is_kept_beside_what_was_read() -> None:
    number = read_document_no(" 国办发[2020]42号")

    assert number == DocumentNo(issuer="国办发", year=2020, serial=42, raw=" 国办发[2020]42号")
    assert number.text == "国办发〔2020〕42号"


@pytest.mark.parametrize("text", ["国务院令第716号", "中华人民共和国国务院令第809号"])
def test_an_order_has_a_serial_and_no_year(text: str) -> None:
    number = read_document_no(text)

    assert number is not None
    assert (number.year, number.text) == (None, text)


@pytest.mark.parametrize(
    "text",
    [
        "川政办字〔2019〕012号",
        "川政办字〔2019〕0号",
        "川政办字〔2019〕第12号",
        "川政办字〔202050号",
        "川政办字〔2019〕   号",
        "川政办字〔1819〕12号",
        "川政办字〔２０１９〕12号",
        "川政办字〔2019〕123456号",
        "川政办字〔2019〕12号\n附件",
        "字〔2019〕12号",
        "国务院令第0716号",
        "国务院令716号",
        "",
    ],
)
def test_a_broken_number_is_not_read_but_refused_with_advice(text: str) -> None:
    assert read_document_no(text) is None
    with pytest.raises(PydanticCustomError) as fault:
        check_document_no(text)
    assert fault.value.type == "document_no_form"


@given(st.text("川政办字发令", min_size=2, max_size=20), st.integers(1900, 2099), st.integers(1, 99999))
def test_what_is_written_is_read_back(issuer: str, year: int, serial: int) -> None:
    text = DocumentNo(issuer, year, serial, raw="").text

    number = read_document_no(text)

    assert number == DocumentNo(issuer, year, serial, raw=text)
