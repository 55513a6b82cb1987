"""Where does everything that is measured live? Durable PostgreSQL and, where wanted, a Kafka, for one run."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from sqlalchemy import MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.migrating import migrate
from shenguan_chassis.testing.kafka import GIVEN, NativeKafka, docker_answers, kafka_container, kafka_jars
from shenguan_chassis.testing.postgres import temporary_server

PARTITIONS = 6
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it unannotated
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
        await run(dsn, *(str(CreateTable(table).compile(dialect=_DIALECT)) for table in tables.sorted_tables))
    return dsn


def folder(postgres: EmbeddedPostgres, name: str) -> Path:
    """A folder for state, gone with the server."""
    made = postgres.data.parent / name
    made.mkdir()
    return made


async def run(dsn: str, *statements: str) -> None:
    """Run statements one after the other."""
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@contextmanager
def kafka() -> Iterator[str]:
    """A real Kafka as the tests have it: one given, in a container, or started from its jars; yields its address."""
    if GIVEN in os.environ:
        yield os.environ[GIVEN]
    elif docker_answers():
        with kafka_container() as servers:
            yield servers
    else:
        with TemporaryDirectory(prefix="shenguan-bench-") as home:
            broker = NativeKafka(kafka_jars(Path(".cache/kafka").absolute()), Path(home))
            try:
                broker.start()
                yield broker.servers
            finally:
                broker.stop()


async def create_topics(servers: str, *topics: str) -> None:
    """With Kafka's own settings: a topic that we declare on a single broker forces every batch to disk."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, PARTITIONS, 1) for topic in topics])
        for _ in range(100):  # a new topic's leaders are chosen a moment later
            found = await admin.describe_topics(list(topics))
            parts = [part for topic in found for part in topic["partitions"]]
            if len(parts) == PARTITIONS * len(topics) and all(part["leader"] >= 0 for part in parts):
                return
            await asyncio.sleep(0.05)
        raise TimeoutError("the new topics have no leaders yet")
    finally:
        await admin.close()
