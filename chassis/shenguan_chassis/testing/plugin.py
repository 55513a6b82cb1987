"""Which fixtures may every distribution's tests use? Load it by `-p shenguan_chassis.testing.plugin`."""

from collections.abc import AsyncIterator, Iterator

import pytest

from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.testing.postgres import Databases, Templates, temporary_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedPostgres]:
    """One PostgreSQL for the session; it keeps nothing."""
    with temporary_server() as server:
        yield server


@pytest.fixture(scope="session")
def database_templates(postgres_server: EmbeddedPostgres) -> Templates:
    """The migrated templates of the session."""
    return Templates(postgres_server)


@pytest.fixture
async def databases(database_templates: Templates) -> AsyncIterator[Databases]:
    """Databases for one test: `await databases.fresh("approval", migrate)`."""
    made = Databases(database_templates)
    yield made
    await made.drop()
