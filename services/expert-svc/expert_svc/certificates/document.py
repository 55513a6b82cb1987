"""How does a print become a document? One DOCX file."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.document import Document as Paper
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from .paper import picture
from .printing import Print, cells

_FONT = "SimSun"


def document(printed: Print) -> bytes:
    """打印文档: DOCX."""
    paper = Document()
    font = paper.styles["Normal"].font
    font.name, font.size = _FONT, Pt(10.5)
    paper.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    paper.core_properties.title = printed.title
    paper.add_heading(printed.title, level=1)
    _grid(paper, printed.facts)
    _section(paper, "保证等级", [printed.level])
    for table in printed.tables:
        paper.add_heading(table.title, level=2)
        if table.rows:
            _grid(paper, cells(table))
        else:
            paper.add_paragraph(table.empty)
    _section(paper, "如何核验", printed.check)
    paper.add_picture(BytesIO(picture(printed.code)), width=Mm(38))
    written = BytesIO()
    paper.save(written)
    return written.getvalue()


def _section(paper: Paper, title: str, lines: Sequence[str]) -> None:
    paper.add_heading(title, level=2)
    for line in lines:
        paper.add_paragraph(line)


def _grid(paper: Paper, rows: Sequence[tuple[str, ...]]) -> None:
    grid = paper.add_table(len(rows), len(rows[0]), style="Table Grid")
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            grid.cell(at, place).text = cell
