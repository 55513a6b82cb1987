"""How does each test get a PostgreSQL database of its own in milliseconds? It clones a migrated template."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from zlib import crc32

import asyncpg

from shenguan_chassis.embedded_postgres import EmbeddedPostgres

Migration = Callable[[str], Awaitable[None]]
"""Takes the DSN of an empty database and lays out its tables."""


@contextmanager
def temporary_server(*, durable: bool = False) -> Iterator[EmbeddedPostgres]:
    """Run a server that leaves nothing behind; one that is not durable does not even survive a kill."""
    state_dir = Path(tempfile.mkdtemp(prefix="shenguan-test-"))
    state_dir.chmod(0o711)
    try:
        with EmbeddedPostgres(state_dir / "state", durable=durable) as server:
            yield server
    finally:
        shutil.rmtree(state_dir, ignore_errors=True)


@dataclass(slots=True)
class Templates:
    """The migrated databases of a test session, by name; each is made when first asked for."""

    server: EmbeddedPostgres
    _made: set[str] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def clone(self, name: str, migrate: Migration | None) -> tuple[str, str]:
        """Clone the template; returns the new database's name and its owner's DSN."""
        template = f"template_{name}_{_where(migrate)}"
        if template not in self._made:
            dsn = await self.server.create_database(template, name)
            if migrate is not None:
                await migrate(dsn)
            self._made.add(template)
        clone = f"{name}_{next(self._numbers)}"
        await self.run(f'CREATE DATABASE "{clone}" TEMPLATE "{template}" OWNER "{name}" STRATEGY FILE_COPY')
        return clone, self.server.dsn(clone, name)

    async def run(self, *statements: str) -> None:
        """Run statements as superuser, each outside any transaction."""
        connection = await asyncpg.connect(self.server.dsn())
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


def _where(migrate: Migration | None) -> str:
    """Tells templates of one name apart by where their migration is written."""
    code = getattr(getattr(migrate, "func", migrate), "__code__", None)
    return "empty" if code is None else f"{crc32(f'{code.co_filename}:{code.co_firstlineno}'.encode()):08x}"


@dataclass(slots=True)
class Databases:
    """The databases of one test; all are dropped when it ends, whoever is still connected."""

    templates: Templates
    _clones: list[str] = field(default_factory=list)

    async def fresh(self, name: str, migrate: Migration | None = None) -> str:
        """Make a database of the migrated template `name`, owned by the role `name`; returns that role's DSN.

        `migrate` is awaited once per session, name and place where it is written, on the template; without it the
        database is empty.
        """
        clone, dsn = await self.templates.clone(name, migrate)
        self._clones.append(clone)
        return dsn

    async def drop(self) -> None:
        """Drop them all."""
        drops = [f'DROP DATABASE IF EXISTS "{clone}" WITH (FORCE)' for clone in self._clones]
        await asyncio.shield(self.templates.run(*drops))
        self._clones.clear()
