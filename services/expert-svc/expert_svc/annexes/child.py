"""What do the cells of a workbook hold? Answered in a child process with limits, for a workbook may be a bomb.

The answer is JSON: `{"rows": [[number, [[kind, value], …]], …]}`, or `{"refused": code}`. Kinds: s text,
n number, b truth, f formula, e error, date or else. Nothing but the standard library and openpyxl is needed here.
"""

from __future__ import annotations

import json
import unicodedata
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import ParseError

MOST_ROWS: Final = 200
MOST_CELLS: Final = 30
MOST_PARTS: Final = 500
MOST_BYTES: Final = 32 << 20
"""Of all parts of a workbook, unpacked."""
_LONGEST: Final = 400
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = 0x1
_FORBIDDEN: Final = {
    "vbaproject": "macros",
    "macrosheets": "macros",
    "activex": "macros",
    "externallinks": "external_links",
    "connections.xml": "external_links",
    "querytables": "external_links",
    "embeddings": "embedded_objects",
}


class Refused(Exception):
    """The workbook is not read; the message is a code."""


def answer(raw: bytes) -> bytes:
    """The cells of a workbook's one sheet with the headings asked for: `raw` is JSON of these, a newline, the file."""
    headings, _, file = raw.partition(b"\n")
    try:
        found: dict[str, Any] = {"rows": list(_rows(file, json.loads(headings)))}
    except Refused as refused:
        found = {"refused": str(refused)}
    return json.dumps(found, ensure_ascii=False).encode()


def _rows(file: bytes, headings: list[str]) -> Iterator[tuple[int, list[tuple[str, Any]]]]:
    inspect(file)
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(BytesIO(file), read_only=True, data_only=False, keep_links=False)
        sheets = [_cells(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, ParseError, zipfile.error) as broken:
        raise Refused("no_workbook") from broken
    tables = [below for sheet in sheets if (below := _below(sheet, headings)) is not None]
    if len(tables) != 1:
        raise Refused("no_table" if not tables else "several_tables")
    yield from tables[0]


def inspect(file: bytes) -> None:
    """Look at the archive before anything in it is parsed; raises Refused."""
    if file.startswith(_OLE):
        raise Refused("encrypted")  # or older than 2007, which is not read either
    try:
        with zipfile.ZipFile(BytesIO(file)) as archive:
            _inspect(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as broken:
        raise Refused("no_workbook") from broken


def _inspect(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise Refused("too_much_inside")
    if len({part.filename.lower() for part in parts}) != len(parts):
        raise Refused("no_workbook")
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise Refused("encrypted")
        for word, code in _FORBIDDEN.items():
            if word in part.filename.lower():
                raise Refused(code)
        if part.filename.lower().endswith((".xml", ".rels")):
            _inspect_text(archive.read(part))


def _inspect_text(text: bytes) -> None:
    """No entities, no encodings in which they could hide, no macros declared, nothing fetched from elsewhere."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or text.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")):
        raise Refused("entities")
    if b"macroEnabled" in text:
        raise Refused("macros")
    if b"externalLinkPath" in text or b"/externalLink" in text:
        raise Refused("external_links")


def _cells(sheet: Any) -> list[tuple[int, list[tuple[str, Any]]]]:
    """The rows of a sheet that say anything, by number from 1."""
    sheet.reset_dimensions()  # what it says of its own extent may hide lines
    found = []
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_CELLS), 1):
        if number > 10 * MOST_ROWS:
            raise Refused("too_many_rows")
        cells = [_cell(cell) for cell in row]
        while cells and cells[-1] == ("s", None):
            cells.pop()
        if cells:
            found.append((number, cells))
        if len(found) > MOST_ROWS:
            raise Refused("too_many_rows")
    return found


def _cell(cell: Any) -> tuple[str, Any]:
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return "s", None
    if cell.data_type == "f":
        return "f", None
    if isinstance(value, bool):
        return "b", value
    if isinstance(value, int | float):
        return "n", value
    if cell.data_type == "e" or not isinstance(value, str):
        return "e", None
    return "s", unicodedata.normalize("NFC", value.strip())[:_LONGEST]


def _below(rows: list[tuple[int, list[tuple[str, Any]]]], headings: list[str]) -> list[Any] | None:
    """What stands below the headings; None for a sheet without them. Spaces in a heading align it and mean nothing."""
    for place, (_, cells) in enumerate(rows):
        if ["".join(str(value or "").split()) for _, value in cells] == headings:
            return rows[place + 1 :]
    return None
