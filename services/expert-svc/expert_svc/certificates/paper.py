"""How does a print become a page? One file, with nothing to load from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from io import BytesIO

import segno

from .printing import Print, Table

_STYLE = """
body { font: 15px/1.6 "SimSun", "Songti SC", serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; text-align: center; } h2 { font-size: 1.1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #444; padding: .2rem .5rem; text-align: left; }
td, dd { overflow-wrap: anywhere; } .code svg { width: 38mm; height: 38mm; }
"""


def code(text: str) -> segno.QRCode:
    """The QR code of a print: it can still be read with a quarter of it soiled."""
    return segno.make(text, error="q", micro=False, boost_error=False)


def page(printed: Print) -> bytes:
    """打印页: HTML that a browser prints; it runs and loads nothing."""
    facts = "".join(f"<tr><th>{escape(name)}</th><td>{escape(fact)}</td></tr>" for name, fact in printed.facts)
    policy = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
    return "".join(
        [
            '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            f"<title>{escape(printed.title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(printed.title)}</h1><table>{facts}</table>",
            f"<h2>保证等级</h2><p>{escape(printed.level)}</p>",
            *map(_rows, printed.tables),
            "<h2>如何核验</h2>",
            *(f"<p>{escape(line)}</p>" for line in printed.check),
            f'<div class="code">{code(printed.code).svg_inline(scale=4, border=4)}</div></body></html>\n',
        ]
    ).encode()


def picture(text: str) -> bytes:
    """The QR code as PNG."""
    png = BytesIO()
    code(text).save(png, kind="png", scale=6, border=4)
    return png.getvalue()


def _rows(table: Table) -> str:
    if not table.rows:
        return f"<h2>{escape(table.title)}</h2><p>{escape(table.empty)}</p>"
    heads = "".join(f"<th>{escape(head)}</th>" for head in table.heads)
    rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in table.rows)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<h2>{escape(table.title)}</h2><table><tr>{heads}</tr>{body}</table>"
