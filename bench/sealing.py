"""(g) How fast is the log sealed behind the commits, and verified again?"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from asyncpg import Connection

from shenguan_chassis import db
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.journal import JOURNAL_COLUMNS, JOURNAL_TYPES
from shenguan_chassis.testing.logbook import Logbook, a_row

from . import house
from .report import Figure

_TARGET = 20_000.0
_ANSWER = b'{"id": "0198c0de-0000-7000-8000-000000000001", "state": "granted", "rest": "' + b"y" * 400 + b'"}'
_ROWS = f"""
INSERT INTO journal ({", ".join(JOURNAL_COLUMNS)})
SELECT {", ".join(f"${n}::{kind}" for n, kind in enumerate(JOURNAL_TYPES, 1))}
FROM generate_series(1, ${len(JOURNAL_TYPES) + 1}::int)
"""
_EVENTS = """
INSERT INTO event (stream, seq, at, subject, type, body)
SELECT gen_random_uuid(), 1, now(), 'case/1', 'type', convert_to(repeat('z', 1000), 'utf8') FROM generate_series(1, $1)
"""


async def measure(postgres: EmbeddedPostgres, number: int) -> list[Figure]:
    """`number` rows of a command each, sealed under SM3 and SHA-256; the same with an event beside each row."""
    connection = await db.connect(await house.laid_out(postgres, "sealing"))
    figures: list[Figure] = []
    try:
        for algorithm in ("sm3", "sha256"):
            book = Logbook(connection, algorithm=algorithm)
            await _write(connection, number)
            rate = number / await _timed(lambda book=book: _sealed(book))  # type: ignore[misc]
            figures.append(_figure(f"rows sealed, {algorithm}", rate, target=_TARGET))
        await _write(connection, number)
        await connection.execute(_EVENTS, number)
        book = Logbook(connection)
        rate = 2 * number / await _timed(lambda: _sealed(book))
        figures.append(_figure("rows and events of 1 kB sealed, sm3", rate))
        rate = 4 * number / await _timed(book.verify)
        figures.append(_figure("entries verified", rate))
    finally:
        await connection.close()
    return figures


def _figure(what: str, rate: float, target: float | None = None) -> Figure:
    return Figure(part="g", what=what, value=rate, unit="/s", target=target, note="one sealer, beside no traffic")


async def _write(connection: Connection, number: int) -> None:
    values = a_row("grant_case").values()
    values[JOURNAL_COLUMNS.index("idem_key")] = None
    values[JOURNAL_COLUMNS.index("answer")] = _ANSWER
    await connection.execute(_ROWS, *values, number)


async def _sealed(book: Logbook) -> None:
    while True:
        async with book.connection.transaction():
            if await book.seal() is None:
                return


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began
