"""expert-svc's migrations make what its slices declare."""

from expert_svc.app import service
from shenguan_chassis.testing.postgres import Databases
from shenguan_chassis.testing.schema import drift


async def test_a_migrated_database_has_the_tables_the_slices_declare(databases: Databases) -> None:
    assert await drift(service, databases) == []
