"""What does a district hold in the clear? Every row of every table of every database, the bus included, as text."""

from __future__ import annotations

import re
from collections.abc import Iterable

import asyncpg

_TABLES = """
SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""


def pattern_of(texts: Iterable[str]) -> str:
    """Any of the texts, as written or as the hexadecimal digits that PostgreSQL shows of bytes."""
    return "|".join(part for text in texts for part in (re.escape(text), text.encode().hex()))


async def tables_with(dsn: str, texts: Iterable[str]) -> list[str]:
    """The tables of a database in any of whose rows one of the texts stands."""
    connection = await asyncpg.connect(dsn)
    try:
        pattern = pattern_of(texts)
        names = [row["name"] for row in await connection.fetch(_TABLES)]
        return [
            name
            for name in names
            if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {name} t WHERE t::text ~* $1)", pattern)
        ]
    finally:
        await connection.close()
