"""How is a database brought to the shape that this edition needs?

Two histories run side by side: the chassis's tables and the service's own. Each is expanded first and contracted only
in a later release, so that two editions can run at once.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import to_tuple

_HERE = Path(__file__).parent / "migrations"


def _config(dsn: str, versions: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("version_locations", f"{_HERE / 'versions'}\n{versions}")
    config.set_main_option("path_separator", "newline")
    config.attributes["address"] = dsn.replace("postgresql://", "postgresql+asyncpg://", 1)
    return config


async def is_current(dsn: str, versions: Path) -> bool:
    """True if the database has the newest shape we know, or a newer edition's; costs one query."""
    scripts = ScriptDirectory.from_config(_config(dsn, versions))
    connection = await asyncpg.connect(dsn)
    try:
        found = {row[0] for row in await connection.fetch("SELECT version_num FROM alembic_version")}
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()
    known = {script.revision for script in scripts.walk_revisions()}
    return not found <= known or _implied(scripts, found) >= set(scripts.get_heads())


def _implied(scripts: ScriptDirectory, found: set[str]) -> set[str]:
    """What Alembic noted and what that rests on: it keeps no note of a revision on which another depends."""
    done: set[str] = set()
    ahead = list(found)
    while ahead:
        script = scripts.get_revision(ahead.pop())
        done.add(script.revision)
        ahead += [*to_tuple(script.down_revision, ()), *to_tuple(script.dependencies, ())]
    return done


async def migrate(dsn: str, versions: Path) -> None:
    """Bring the database at `dsn` to the newest shape; `versions` is the service's folder of migrations.

    One after the other: Alembic keeps what it works on in one place per process.
    """
    if not await is_current(dsn, versions):
        await asyncio.to_thread(command.upgrade, _config(dsn, versions), "heads")
