"""Do a service's migrations make the tables that its slices declare? A test of each service asks."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from ..migrating import migrate
from ..service import Service
from .postgres import Databases


async def drift(service: Service, databases: Databases) -> list[str]:
    """What would have to change in a freshly migrated database to be what the slices declare; empty if nothing."""
    dsn = await databases.fresh(service.name, lambda template: migrate(template, service.migrations))
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_differences, _declared(service))
    finally:
        await engine.dispose()


def _declared(service: Service) -> MetaData:
    whole = MetaData()
    for part in service.tables:
        for table in part.tables.values():
            table.to_metadata(whole)
    return whole


def _differences(connection: Connection, declared: MetaData) -> list[str]:
    def ours(name: str | None, kind: str, _: Any) -> bool:
        return kind != "table" or name in declared.tables

    context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": True})
    return [str(change) for change in compare_metadata(context, declared)]
