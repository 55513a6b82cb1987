"""Whom does a sheet of annex 2 or 3 name? Each cell in the form of its column, each fault with its line and column."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final

from pydantic_core import PydanticCustomError

from shenguan_chassis.personal import names_a_person
from shenguan_chassis.refusals import Refusal
from shenguan_kernel.identifiers.phones import split_numbers
from shenguan_kernel.lots.names import is_settled_name
from shenguan_kernel.personal import Age, Mobile, OfficePhone, PersonalNote, PersonName, PhoneList

from ..pools.rules import Credential, Nominee
from . import columns
from .columns import Annex
from .lines import Line, RowFault

_BETWEEN_FIELDS: Final = re.compile(r"[、,，;；/\s]+")
_MOST_FIELDS: Final = 20
_FIRST, _REST = 0, slice(1, None)


class WorkbookRefused(Refusal, status=422, rule="R34", field="workbook"):
    """工作簿不予读取：须为未加密的 .xlsx，不含宏、外部链接、嵌入对象，且恰有一张表带有该附件的栏目，请另存后重报。"""


class WorkbookTooMuch(Refusal, status=422, rule="R34", field="workbook"):
    """工作簿展开后过大或过于复杂：请只保留名单本身，另存为新的 .xlsx 后重新提交。"""


_TOO_MUCH: Final = frozenset({"too_much_inside", "too_many_rows"})


@dataclass(frozen=True, slots=True)
class Beside:
    """附注: what the form has no column for, by the line's number."""

    number: int
    fields: tuple[str, ...] = ()
    credentials: tuple[Credential, ...] = ()


@dataclass(slots=True)
class _Row:
    """One line of the sheet while it is read."""

    number: int
    cells: Mapping[str, tuple[str, Any]]
    faults: list[RowFault] = field(default_factory=list)

    def fault(self, column: str, code: str) -> None:
        self.faults.append(RowFault(self.number, column, code))

    def text(self, column: str, *, needed: bool = False) -> str | None:
        """A cell as text; a number in it as it is written."""
        kind, value = self.cells.get(column, ("s", None))
        if value is None and kind == "s":
            if needed:
                self.fault(column, "blank")
            return None
        if kind not in "sn":
            self.fault(column, "formula" if kind == "f" else "cell_form")
            return None
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        return unicodedata.normalize("NFKC", text) if column in (columns.OFFICE_PHONE, columns.MOBILE) else text

    def datum(self, column: str, kind: Any, code: str, *, needed: bool = False) -> Any:
        """A cell as a personal datum of a kind."""
        text = self.text(column, needed=needed)
        return None if text is None else self.made(column, kind, code, text)

    def made(self, column: str, kind: Any, code: str, text: str) -> Any:
        """A text as a personal datum; None with a fault where it is none."""
        try:
            return kind._read(text)
        except PydanticCustomError:
            self.fault(column, code)
            return None


def request_of(annex: Annex, workbook: bytes) -> bytes:
    """What the child process is asked."""
    return json.dumps(annex.form.columns).encode() + b"\n" + workbook


def nominees_of(
    answer: bytes, annex: Annex, department: str, beside: Sequence[Beside] = ()
) -> tuple[tuple[Line, ...], list[RowFault]]:
    """Whom the sheet names, and everything that is wrong with it. Raises WorkbookRefused, WorkbookTooMuch."""
    found = json.loads(answer)
    if code := found.get("refused"):
        raise (WorkbookTooMuch if code in _TOO_MUCH else WorkbookRefused)(why=code)
    names = annex.form.columns
    rows = [_Row(number, dict(zip(names, map(tuple, cells), strict=False))) for number, cells in found["rows"]]
    notes = {one.number: one for one in beside}
    lines = tuple(_line(row, place, annex, department, notes) for place, row in enumerate(rows, 1))
    faults = [fault for row in rows for fault in row.faults] + [*_gaps(rows), *_strays(notes, len(rows))]
    return lines, faults


def _gaps(rows: Sequence[_Row]) -> Iterator[RowFault]:
    for before, row in pairwise(rows):
        if row.number != before.number + 1:
            yield RowFault(row.number, columns.NUMBER, "row_after_blank")


def _strays(notes: Mapping[int, Beside], lines: int) -> Iterator[RowFault]:
    return (RowFault(number, columns.NUMBER, "unknown_row") for number in notes if not 1 <= number <= lines)


def _line(row: _Row, place: int, annex: Annex, department: str, notes: Mapping[int, Beside]) -> Line:
    kind, value = row.cells.get(columns.NUMBER, ("s", None))
    if kind != "n" or value != place:
        row.fault(columns.NUMBER, "number_out_of_order")
    nominee = Nominee(
        pool=annex.form.pool,
        department=department,
        fields=_fields(row),
        name=row.datum(columns.NAME, PersonName, "name_form", needed=True),
        age=_age(row),
        education=row.datum(columns.EDUCATION, PersonalNote, "note_form"),
        remark=row.datum(columns.REMARK, PersonalNote, "note_form"),
    )
    note = notes.get(place)
    if note is not None:
        nominee = replace(nominee, fields=(*nominee.fields, *note.fields), credentials=note.credentials)
    return Line(row.number, _with_numbers(row, nominee))


def _age(row: _Row) -> Age | None:
    kind, value = row.cells.get(columns.AGE, ("s", None))
    if kind == "s" and value is not None:
        row.fault(columns.AGE, "age_is_text")
        return None
    age: Age | None = row.datum(columns.AGE, Age, "age_form", needed=True)
    return age


def _fields(row: _Row) -> tuple[str, ...]:
    if columns.FIELDS not in row.cells:
        return ()
    text = row.text(columns.FIELDS, needed=True)
    found = tuple(name for name in _BETWEEN_FIELDS.split(text or "") if name)
    if len(found) > _MOST_FIELDS or not all(map(is_settled_name, found)):
        row.fault(columns.FIELDS, "fields_form")
        return ()
    if any(map(names_a_person, found)):
        row.fault(columns.FIELDS, "personal_number")
        return ()
    return found


def _with_numbers(row: _Row, nominee: Nominee) -> Nominee:
    """The first number of each column in its own field, all others together."""
    offices = _numbers(row, columns.OFFICE_PHONE, OfficePhone, "office_phone_form")
    mobiles = _numbers(row, columns.MOBILE, Mobile, "mobile_form")
    others = [*offices[_REST], *mobiles[_REST]]
    return replace(
        nominee,
        office_phone=row.made(columns.OFFICE_PHONE, OfficePhone, "office_phone_form", offices[_FIRST])
        if offices
        else None,
        mobile=row.made(columns.MOBILE, Mobile, "mobile_form", mobiles[_FIRST]) if mobiles else None,
        other_numbers=row.made(columns.MOBILE, PhoneList, "mobile_form", "、".join(others)) if others else None,
    )


def _numbers(row: _Row, column: str, kind: Any, code: str) -> list[str]:
    """The numbers of a cell, if each is one of its kind."""
    found = split_numbers(row.text(column, needed=column == columns.MOBILE) or "")
    for number in found:
        if row.made(column, kind, code, number) is None:
            return []
    return list(found)
