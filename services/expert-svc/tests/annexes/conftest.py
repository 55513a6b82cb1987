"""Workbooks as departments send them, and as nobody should. All people are invented."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from expert_svc.annexes.columns import Annex

FilledIn = Callable[..., bytes]
Changed = Callable[..., bytes]


@pytest.fixture
def filled_in() -> FilledIn:
    """A sheet of an annex with these lines, below a title."""

    def filled(annex: Annex, *lines: Sequence[Any], headings: Sequence[str] = ()) -> bytes:
        book = Workbook()
        sheet: Any = book.active
        sheet.append([annex.form.title])
        sheet.append(list(headings or annex.form.columns))
        for line in lines:
            sheet.append(list(line))
        file = BytesIO()
        book.save(file)
        return file.getvalue()

    return filled


@pytest.fixture
def changed() -> Changed:
    """The same workbook with parts replaced (`ending=bytes -> bytes`) and added."""

    def change(raw: bytes, parts: dict[str, Callable[[bytes], bytes]], added: dict[str, bytes] | None = None) -> bytes:
        file = BytesIO()
        with (
            zipfile.ZipFile(BytesIO(raw)) as old,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
        ):
            for name in old.namelist():
                edits = [edit for ending, edit in parts.items() if name.endswith(ending)]
                text = old.read(name)
                for edit in edits:
                    text = edit(text)
                new.writestr(name, text)
            for name, text in (added or {}).items():
                new.writestr(name, text)
        return file.getvalue()

    return change
