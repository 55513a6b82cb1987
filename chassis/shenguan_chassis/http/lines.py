"""How does a file of JSON Lines come in? Whole, onto disk where it is large, before the first line takes effect.

A caller may send everything before it reads anything, so answering while the request still comes could stop both. And a
file that is too large is refused while nothing has happened yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from fastapi import Request

from ..refusals import Refusal
from .plain import UnsupportedMediaType
from .strict import EmptyBody

MEDIA_TYPE: Final = "application/x-ndjson"
MOST_LINES: Final = 10_000
MOST_LINE_BYTES: Final = 262_144
_IN_MEMORY: Final = 1_048_576
_BOM: Final = b"\xef\xbb\xbf"


class TooManyLines(Refusal, status=413, rule="批量提交"):
    """行数过多：每次至多 10000 行，请拆分后分次提交，各用不同的 Idempotency-Key。"""


class LineTooLong(Refusal, status=413, rule="批量提交"):
    """该行过长：每行至多 256 KB，请精简后重新提交该行。"""


async def spooled(request: Request) -> IO[bytes]:
    """The whole body, at its beginning; raises the refusals of a body that is none, or too much."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MEDIA_TYPE:
        raise UnsupportedMediaType
    file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - whoever answers closes it
    try:
        await _fill(file, request)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


async def _fill(file: IO[bytes], request: Request) -> None:
    lines, empty = 0, True
    async for chunk in request.stream():
        lines += chunk.count(b"\n")
        if lines > MOST_LINES:
            raise TooManyLines(most=MOST_LINES)
        empty = empty and not chunk.strip()
        file.write(chunk)
    if empty:
        raise EmptyBody


def lines_of(file: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Each line that says something, by its number from 1; None for one that is too long."""
    number = 0
    while raw := file.readline(MOST_LINE_BYTES + 2):
        number += 1
        whole = raw.endswith(b"\n") or len(raw) < MOST_LINE_BYTES + 2
        while not whole and (rest := file.readline(MOST_LINE_BYTES)):
            whole = rest.endswith(b"\n")
            raw = b""
        line = raw.removeprefix(_BOM).strip() if number == 1 else raw.strip()
        if not raw or len(line) > MOST_LINE_BYTES:
            yield number, None
        elif line:
            yield number, line
