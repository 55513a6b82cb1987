"""Do the keys at hand open what lies in the database, and how is it sealed anew with the newest?

A rotation has four steps, and data are readable at each: every replica learns the new generation behind the current
one, then uses it, old rows are sealed anew in bounded batches, and the old generation is dropped once no row needs it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asyncpg import Connection

from ..keys import Cipher, KeyFault, Keys
from ..store import Stored
from .column import Guarded
from .sealing import HEAD_BYTES, head, head_of

_GENERATION_BYTES: Final = 2
_LAST: Final = b"\xff" * 64
_NOTE: Final = """
INSERT INTO master_key (generation, check_value, noted_at) VALUES ($1, $2, $3) ON CONFLICT (generation) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Use:
    """How many data of a database are sealed with one generation and cipher."""

    generation: int
    cipher: Cipher
    data: int


async def examine(connection: Connection, places: Sequence[Stored], keys: Keys, now: datetime) -> None:
    """Refuse keys that do not open what lies here, and note the new ones.

    Raises KeyFault `master_key_differs` for another key under a generation's name, `master_key_missing` for a
    generation that rows still need. Costs a few probes of an index per column, however many rows there are.
    """
    checks = keys.all_of("check")
    for row in await connection.fetch("SELECT generation, check_value FROM master_key ORDER BY generation"):
        if checks.get(row["generation"], row["check_value"]) != row["check_value"]:
            raise KeyFault(
                "master_key_differs",
                f"主密钥 k{row['generation']} 与 {keys.service} 数据库先前所用的不同：请从备份恢复主密钥。",
            )
    missing = sorted(await _generations(connection, places) - checks.keys())
    if missing:
        names = "、".join(f"k{generation}" for generation in missing)
        raise KeyFault(
            "master_key_missing",
            f"{keys.service} 仍有个人信息由主密钥 {names} 加密：请在 SHENGUAN_MASTER_KEYS 中保留，重新加密后再移除。",
        )
    await connection.executemany(_NOTE, [(generation, check, now) for generation, check in checks.items()])


async def uses(connection: Connection, places: Sequence[Stored]) -> list[Use]:
    """How many data each generation and cipher seals; reads every row."""
    found: Counter[tuple[int, Cipher]] = Counter()
    for place, column in _columns(places):
        text = f'SELECT substring("{column}" FROM 1 FOR {HEAD_BYTES}) AS head, count(*) FROM "{place.name}" GROUP BY 1'
        for row in await connection.fetch(text):
            if row["head"] is not None:
                found[head_of(row["head"])] += row["count"]
    return [Use(generation, cipher, data) for (generation, cipher), data in sorted(found.items())]


async def rewrap(connection: Connection, places: Sequence[Stored], keys: Keys, most: int) -> int:
    """Seal anew, with the current generation and cipher, what is not; at most `most` rows, of which it tells how many.

    In the caller's transaction. Rows in somebody's hands are left for the next time; versions do not change.
    """
    done = 0
    for place in places:
        if done < most and place.guarded is not None:
            done += await _rewrap(connection, place, place.guarded, keys, most - done)
    return done


async def _rewrap(connection: Connection, place: Stored, private: Guarded, keys: Keys, most: int) -> int:
    columns = [column for column, _ in private.kinds]
    names = ", ".join(f'"{name}"' for name in (*place.key, *columns))
    old = " OR ".join(f'"{column}" < $1 OR "{column}" > $2' for column in columns)
    order = ", ".join(f'"{part}"' for part in place.key)
    text = f'SELECT {names} FROM "{place.name}" WHERE {old} ORDER BY {order} LIMIT {most} FOR UPDATE SKIP LOCKED'
    rows = await connection.fetch(text, head(keys), head(keys) + _LAST)
    await connection.executemany(_update_sql(place, columns), [_anew(place, private, row, keys) for row in rows])
    return len(rows)


def _anew(place: Stored, private: Guarded, row: Any, keys: Keys) -> list[Any]:
    """The key of a row, and its data as they lie from now on."""
    key, values = tuple(row[part] for part in place.key), dict(row)
    private.open(values, key, keys)
    return [*key, *(private.sealed(column, values[column], key, keys) for column, _ in private.kinds)]


def _update_sql(place: Stored, columns: Sequence[str]) -> str:
    match = " AND ".join(f'"{part}" = ${number}' for number, part in enumerate(place.key, 1))
    pairs = ", ".join(f'"{column}" = ${number}' for number, column in enumerate(columns, len(place.key) + 1))
    return f'UPDATE "{place.name}" SET {pairs} WHERE {match}'


async def _generations(connection: Connection, places: Sequence[Stored]) -> set[int]:
    """Every generation that a row needs, found by jumping through the index from one to the next."""
    found: set[int] = set()
    for place, column in _columns(places):
        after = b""
        text = f'SELECT "{column}" FROM "{place.name}" WHERE "{column}" > $1 ORDER BY "{column}" LIMIT 1'
        while (sealed := await connection.fetchval(text, after)) is not None:
            found.add(int.from_bytes(sealed[:_GENERATION_BYTES], "big"))
            after = sealed[:_GENERATION_BYTES] + _LAST
    return found


def _columns(places: Sequence[Stored]) -> list[tuple[Stored, str]]:
    return [(place, column) for place in places if place.guarded for column, _ in place.guarded.kinds]
