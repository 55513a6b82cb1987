"""How is a sub-list written as annex 2 or 3? With exactly the form's columns, each cell as a text or a number."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final, cast

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from shenguan_kernel.personal import BETWEEN_NUMBERS, is_mobile

from ..pools.rules import Expert
from .columns import Annex

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS: Final = (8, 12, 8, 28, 22, 26, 28)
_HEADINGS_IN: Final = 3
_CENTRED: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)


def row_of(number: int, expert: Expert) -> tuple[Any, ...]:
    """What a line of the form is made of; personal data still sealed in their types."""
    middle = expert.education if expert.pool.value == "think_tank" else BETWEEN_NUMBERS.join(expert.fields)
    return (
        number,
        expert.name,
        expert.age,
        middle,
        expert.office_phone,
        expert.mobile,
        expert.remark,
        expert.other_numbers,
    )


def workbook_of(annex: Annex, unit: str, on: str, rows: Sequence[tuple[Any, ...]]) -> bytes:
    """The workbook; `rows` are those of `row_of` in clear."""
    book = Workbook()
    sheet = cast(Worksheet, book.active)
    sheet.title = annex.form.title.partition(" ")[0]
    for place, text in enumerate((annex.form.title, f"单位（盖章）：{unit}    日期：{on}"), 1):
        sheet.merge_cells(start_row=place, start_column=1, end_row=place, end_column=len(annex.form.columns))
        _put(sheet, place, 1, text, bold=place == 1)
    for column, heading in enumerate(annex.form.columns, 1):
        _put(sheet, _HEADINGS_IN, column, heading, bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[column - 1]
    for line, row in enumerate(rows, _HEADINGS_IN + 1):
        for column, value in enumerate(_cells(row), 1):
            _put(sheet, line, column, value)
    return _saved(book)


def _cells(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A line in the form's columns: numbers beside the first go where their kind goes."""
    number, name, age, middle, office, mobile, remark, others = row
    more = others.split(BETWEEN_NUMBERS) if others else []
    offices = [one for one in (office, *(one for one in more if not is_mobile(one))) if one]
    mobiles = [one for one in (mobile, *(one for one in more if is_mobile(one))) if one]
    years = int(age) if age else None
    return number, name, years, middle, BETWEEN_NUMBERS.join(offices), BETWEEN_NUMBERS.join(mobiles), remark


def _put(sheet: Worksheet, row: int, column: int, value: Any, *, bold: bool = False) -> None:
    """A text stays a text, though it may begin like a formula."""
    if value is None or value == "":
        return
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
    cell.alignment = _CENTRED
    cell.font = Font(bold=bold)


def _saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()
