"""Where does everything that is measured live? Durable PostgreSQL and, where wanted, a Kafka, for one run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy import MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.migrating import migrate
from shenguan_chassis.testing.postgres import temporary_server

DIVISION = "370302"
_NO_MIGRATIONS = Path(__file__).parent / "migrations"


@contextmanager
def server() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL as a district has it: durable, every commit on disk."""
    with temporary_server(durable=True) as running:
        yield running


async def laid_out(postgres: EmbeddedPostgres, name: str, *metadata: MetaData) -> str:
    """A database with the chassis's tables and those of some slices; returns its DSN."""
    dsn = await postgres.create_database(name, name)
    await migrate(dsn, _NO_MIGRATIONS)
    for tables in metadata:
        await run(dsn, *(str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in tables.sorted_tables))  # type: ignore[no-untyped-call]
    return dsn


async def run(dsn: str, *statements: str) -> None:
    """Run statements one after the other."""
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
