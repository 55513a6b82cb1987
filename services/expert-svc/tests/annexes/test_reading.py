"""Annexes 2 and 3 are read to the letter: what is wrong is named by its line and column, what is dangerous not read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from expert_svc.annexes.child import answer
from expert_svc.annexes.columns import Annex
from expert_svc.annexes.lines import SAYINGS, doubled
from expert_svc.annexes.reading import Beside, WorkbookRefused, WorkbookTooMuch, nominees_of, request_of
from expert_svc.pools.rules import Credential
from shenguan_chassis.confined import Bounds, OutOfBounds, confined
from shenguan_kernel.personal import Age, Mobile, OfficePhone, PersonalNote, PersonName, PhoneList

pytestmark = pytest.mark.slow

FilledIn = Callable[..., bytes]
Changed = Callable[..., bytes]
GOOD: list[Any] = [1, "示例甲", 45, "消防、结构", "0533-5180001", "13900001111", "可出差"]
"""A line of annex 3."""
CHILD = "expert_svc.annexes.child"


def read(raw: bytes, annex: Annex = Annex.ANNEX_3, *beside: Beside) -> Any:
    return nominees_of(answer(request_of(annex, raw)), annex, "fire", beside)


def faults(raw: bytes, annex: Annex = Annex.ANNEX_3) -> list[tuple[int, str, str]]:
    lines, found = read(raw, annex)
    return sorted((fault.row, fault.column, fault.code) for fault in [*found, *doubled(lines)])


def test_a_line_of_annex_3_becomes_a_nominee(filled_in: FilledIn) -> None:
    (line,), found = read(filled_in(Annex.ANNEX_3, GOOD))

    nominee = line.nominee
    assert (found, line.row) == ([], 3)
    assert (nominee.name, nominee.age) == (PersonName("示例甲"), Age("45"))
    assert nominee.fields == ("消防", "结构")
    assert (nominee.office_phone, nominee.mobile) == (OfficePhone("0533-5180001"), Mobile("13900001111"))
    assert (nominee.remark, nominee.education) == (PersonalNote("可出差"), None)


def test_a_line_of_annex_2_has_its_education_instead_of_fields(filled_in: FilledIn) -> None:
    (line,), found = read(filled_in(Annex.ANNEX_2, [1, "示例甲", 45, "本科 法学", None, "13900001111"]), Annex.ANNEX_2)

    assert found == []
    assert (line.nominee.education, line.nominee.fields) == (PersonalNote("本科 法学"), ())


def test_a_cell_may_hold_several_numbers(filled_in: FilledIn) -> None:
    (line,), found = read(
        filled_in(
            Annex.ANNEX_3, [1, "示例甲", 45, "消防", "0533-5180001；5180002-801", "13900001111, 13900002222", None]
        )
    )

    assert found == []
    assert line.nominee.mobile == Mobile("13900001111")
    assert line.nominee.other_numbers == PhoneList("5180002-801、13900002222")


def test_a_number_typed_as_a_number_is_the_same_number(filled_in: FilledIn) -> None:
    (line,), found = read(filled_in(Annex.ANNEX_3, [1, "示例甲", 45.0, "消防", 5180001, 13900001111, None]))

    assert found == []
    assert (line.nominee.office_phone, line.nominee.mobile) == (OfficePhone("5180001"), Mobile("13900001111"))


def test_what_the_form_has_no_column_for_is_said_beside_it(filled_in: FilledIn) -> None:
    license_held = Credential(name="一级注册消防工程师")

    (line,), found = read(filled_in(Annex.ANNEX_3, GOOD), Annex.ANNEX_3, Beside(1, ("电气",), (license_held,)))
    _, stray = read(filled_in(Annex.ANNEX_3, GOOD), Annex.ANNEX_3, Beside(2))

    assert (found, line.nominee.fields, line.nominee.credentials) == ([], ("消防", "结构", "电气"), (license_held,))
    assert [fault.code for fault in stray] == ["unknown_row"]


@pytest.mark.parametrize(
    ("column", "cell", "where", "code"),
    [
        (0, 7, "序号", "number_out_of_order"),
        (0, "1", "序号", "number_out_of_order"),
        (1, None, "姓名", "blank"),
        (1, "甲" * 51, "姓名", "name_form"),
        (1, "甲1", "姓名", "name_form"),
        (2, "45", "年龄", "age_is_text"),
        (2, "四十五", "年龄", "age_is_text"),
        (2, 45.5, "年龄", "age_form"),
        (2, 7, "年龄", "age_form"),
        (2, True, "年龄", "cell_form"),
        (3, "消" * 65, "现场勘验从事领域", "fields_form"),
        (3, "13900001111", "现场勘验从事领域", "personal_number"),
        (4, "0533 电话", "办公电话", "office_phone_form"),
        (5, "12345", "手机号码", "mobile_form"),
        (5, "=1+1", "手机号码", "formula"),
        (1, '=HYPERLINK("http://example.invalid","甲")', "姓名", "formula"),
        (6, "x" * 201, "备注", "note_form"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column_and_says_what_to_do(
    filled_in: FilledIn, column: int, cell: Any, where: str, code: str
) -> None:
    wrong = [*GOOD[:column], cell, *GOOD[column + 1 :]]

    found = faults(filled_in(Annex.ANNEX_3, wrong))

    assert found == [(3, where, code)]
    assert "：" in SAYINGS[code]


def test_the_same_name_twice_is_named_however_it_is_composed_or_spaced(filled_in: FilledIn) -> None:
    def line(number: int, name: str) -> list[Any]:
        return [number, name, 45, "消防", None, f"1390000111{number}", None]

    twins = faults(filled_in(Annex.ANNEX_3, line(1, "caf\u00e9"), line(2, "cafe\u0301")))
    spaced = faults(filled_in(Annex.ANNEX_3, line(1, "示例"), line(2, "示　例")))
    ideographs = faults(filled_in(Annex.ANNEX_3, line(1, "\u6d1b某"), line(2, "\uf915某")))

    assert twins == spaced == ideographs == [(4, "姓名", "name_doubled")]


def test_the_same_mobile_phone_twice_is_named(filled_in: FilledIn) -> None:
    other = [2, "示例乙", 50, "消防", None, "+86 13900001111".replace(" ", ""), None]

    assert faults(filled_in(Annex.ANNEX_3, GOOD, other)) == [(4, "手机号码", "mobile_doubled")]


def test_what_stands_below_an_empty_line_is_not_dropped_in_silence(filled_in: FilledIn) -> None:
    other = [2, "示例乙", 50, "消防", None, "13900002222", None]

    assert faults(filled_in(Annex.ANNEX_3, GOOD, [], other)) == [(5, "序号", "row_after_blank")]


def test_lines_beyond_what_a_sheet_says_of_itself_are_read_all_the_same(filled_in: FilledIn, changed: Changed) -> None:
    other = [2, "示例乙", 50, "消防", None, "13900002222", None]
    lying = changed(
        filled_in(Annex.ANNEX_3, GOOD, other), {"sheet1.xml": lambda text: text.replace(b"A1:G4", b"A1:G3")}
    )

    lines, _ = read(lying)

    assert len(lines) == 2


def _as_entities(text: bytes) -> bytes:
    return text.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)


@pytest.mark.parametrize(
    ("parts", "added", "why"),
    [
        ({}, {"xl/vbaProject.bin": b"x"}, "macros"),
        ({"Types].xml": lambda text: text.replace(b".sheet.main", b".sheet.macroEnabled.main")}, {}, "macros"),
        ({}, {"xl/externalLinks/externalLink1.xml": b"<x/>"}, "external_links"),
        ({}, {"xl/connections.xml": b"<x/>"}, "external_links"),
        ({}, {"xl/embeddings/oleObject1.bin": b"x"}, "embedded_objects"),
        ({"sheet1.xml": _as_entities}, {}, "entities"),
        ({"sheet1.xml": lambda text: text.decode().encode("utf-16")}, {}, "entities"),
        ({"sheet1.xml": lambda text: text[:200]}, {}, "no_workbook"),
        ({"workbook.xml": lambda _: b"<x/>"}, {}, "no_table"),
    ],
)  # fmt: skip
def test_a_workbook_that_holds_more_than_a_list_is_not_read(
    filled_in: FilledIn, changed: Changed, parts: Any, added: Any, why: str
) -> None:
    with pytest.raises(WorkbookRefused) as refused:
        read(changed(filled_in(Annex.ANNEX_3, GOOD), parts, added))

    assert refused.value.facts == {"why": why}


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no_workbook"),
        (b"PK\x03\x04 no archive", "no_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "encrypted"),
        (b"a,b,c\n1,2,3\n", "no_workbook"),
    ],
)
def test_what_is_no_open_workbook_is_not_read(raw: bytes, why: str) -> None:
    with pytest.raises(WorkbookRefused) as refused:
        read(raw)

    assert refused.value.facts == {"why": why}


def test_the_headings_are_exactly_the_forms(filled_in: FilledIn) -> None:
    columns = list(Annex.ANNEX_3.form.columns)

    aligned, found = read(filled_in(Annex.ANNEX_3, GOOD, headings=["序 号", "姓　名", *columns[2:]]))
    with pytest.raises(WorkbookRefused) as more:
        read(filled_in(Annex.ANNEX_3, GOOD, headings=[*columns, "资质"]))
    with pytest.raises(WorkbookRefused):
        read(filled_in(Annex.ANNEX_2, GOOD))

    assert (len(aligned), found) == (1, [])
    assert more.value.facts == {"why": "no_table"}


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(filled_in: FilledIn, changed: Changed) -> None:
    bomb = changed(filled_in(Annex.ANNEX_3, GOOD), {}, {"xl/media/zeros.bin": bytes(64 << 20)})

    with pytest.raises(WorkbookTooMuch) as refused:
        read(bomb)

    assert len(bomb) < 100_000
    assert refused.value.facts == {"why": "too_much_inside"}


@pytest.mark.slow
async def test_a_small_workbook_that_wants_a_gigabyte_ends_its_child_and_nothing_else(
    filled_in: FilledIn, changed: Changed
) -> None:
    """Six million empty cells in one line: 24 MB of XML in a file of some dozen kilobytes, a gigabyte of objects."""
    good = filled_in(Annex.ANNEX_3, GOOD)
    line = b'<row r="9">' + b"<c/>" * 6_000_000 + b"</row></sheetData>"
    bomb = changed(good, {"sheet1.xml": lambda text: text.replace(b"</sheetData>", line)})

    with pytest.raises(OutOfBounds):
        await confined(CHILD, request_of(Annex.ANNEX_3, bomb), Bounds(cpu=60, seconds=60))
    told = await confined(CHILD, request_of(Annex.ANNEX_3, good), Bounds())

    assert len(bomb) < 523_000
    assert len(nominees_of(told, Annex.ANNEX_3, "fire")[0]) == 1
