"""supervision-svc's migrations make what its slices declare."""

from shenguan_chassis.testing.postgres import Databases
from shenguan_chassis.testing.schema import drift
from supervision_svc.app import service


async def test_a_migrated_database_has_the_tables_the_slices_declare(databases: Databases) -> None:
    assert await drift(service, databases) == []
