"""How do we talk to PostgreSQL? asyncpg runs it, SQLAlchemy Core describes it.

A pool never resets a connection on release, which saves a round trip per command: nothing here leaves session state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from asyncpg import Connection
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from .limits import Limits
from .pool import PatientPool

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it unannotated


def _to_json(value: Any) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: Any) -> str:
    """asyncpg's own UUID class is not orjson's; bytes travel as PostgreSQL writes them."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(type(value).__name__)


async def _prepare(connection: Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=_to_json, decoder=orjson.loads, schema="pg_catalog")


async def connect(dsn: str, kind: type[Connection] = Connection, /, **settings: str) -> Connection:
    """A connection of its own, with `settings` as PostgreSQL's (timeouts for loops that hold locks)."""
    named = {"timezone": "UTC", **settings}
    connection = await asyncpg.connect(dsn, connection_class=kind, server_settings=named, statement_cache_size=500)
    await _prepare(connection)
    return connection


async def pool(dsn: str, *, most: int, name: str, limits: Limits | None = None) -> PatientPool:
    """At most `most` connections for commands and views; waits, statements and locks give up as `limits` says."""
    limits = limits or Limits.model_construct()
    made = PatientPool(
        dsn,
        min_size=1,
        max_size=most,
        max_queries=50_000,
        connection_class=Connection,
        record_class=asyncpg.Record,
        loop=None,
        connect=None,
        setup=None,
        init=_prepare,
        reset=leave_as_is,
        statement_cache_size=500,
        max_inactive_connection_lifetime=60,
        server_settings={
            "application_name": name,
            "timezone": "UTC",
            "plan_cache_mode": "force_generic_plan",
            "statement_timeout": f"{limits.statement_seconds * 1000:.0f}ms",
            "lock_timeout": f"{limits.lock_seconds * 1000:.0f}ms",
            "idle_in_transaction_session_timeout": f"{limits.idle_seconds * 1000:.0f}ms",
        },
    )
    made.seconds = limits.pool_seconds
    await made
    return made


async def leave_as_is(_: Connection) -> None:
    """What a pool does with a connection that comes back: nothing, where nobody leaves session state."""


def compiled(statement: Executable) -> tuple[str, list[Any]]:
    """A SQLAlchemy statement as asyncpg runs it: the text and its arguments in order."""
    return placed(statement, _DIALECT)


def placed(
    statement: Executable, dialect: PGDialect_asyncpg, known: dict[str, Any] | None = None
) -> tuple[str, list[Any]]:
    """The same in a dialect of one's own; `known` are the values of parameters that the dialect adds."""
    key = statement._generate_cache_key()  # type: ignore[attr-defined]  # as SQLAlchemy's own caching recipes ask for it
    text = _written(_Form(dialect, key.key, statement, key)) if key else statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    values = text.construct_params(extracted_parameters=key.bindparams if key else None)
    if known:
        values |= {name: value for name, value in known.items() if name in values}
    if not (text.post_compile_params or text.literal_execute_params):
        return text.string, [values[name] for name in text.positiontup or ()]
    expanded = text.construct_expanded_state(values)
    return expanded.statement, [expanded.parameters[name] for name in expanded.positiontup or ()]


@dataclass(frozen=True)
class _Form:
    """A statement without its values: two of one form have one text."""

    dialect: PGDialect_asyncpg
    shape: tuple[Any, ...]
    statement: Any = field(compare=False)
    key: Any = field(compare=False)


@lru_cache(maxsize=1024)
def _written(form: _Form) -> Any:
    """The text of a form, written once: to write it costs more than to run it."""
    return form.statement.compile(dialect=form.dialect, cache_key=form.key)


@lru_cache(maxsize=512)
def get_many_sql(table: str, columns: tuple[str, ...], key: tuple[str, ...], types: tuple[str, ...]) -> str:
    """Rows of several keys at once: each key part comes as an array."""
    names = ", ".join(f't."{column}"' for column in columns)
    arrays = ", ".join(f"${i}::{kind}[]" for i, kind in enumerate(types, 1))
    parts = ", ".join(f"k{i}" for i in range(len(key)))
    match = " AND ".join(f't."{part}" = k.k{i}' for i, part in enumerate(key))
    return f'SELECT {names} FROM unnest({arrays}) AS k({parts}) JOIN "{table}" t ON {match}'


@lru_cache(maxsize=512)
def get_one_sql(table: str, columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    """One row by its key."""
    names = ", ".join(f'"{column}"' for column in columns)
    match = " AND ".join(f'"{part}" = ${i}' for i, part in enumerate(key, 1))
    return f'SELECT {names} FROM "{table}" WHERE {match}'
