"""Which fixtures may every distribution's tests use? The root `pyproject.toml` loads them."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.testing.bus import BusHarness, embedded_harness, kafka_harness
from shenguan_chassis.testing.in_memory import moved_into_memory
from shenguan_chassis.testing.kafka import GIVEN, NativeKafka, docker_answers, kafka_container, kafka_jars
from shenguan_chassis.testing.postgres import Databases, Templates, temporary_server


def pytest_configure(config: pytest.Config) -> None:
    """What tests throw away is made in memory, where there is room."""
    folder = moved_into_memory()
    if folder is not None:
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


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


@pytest.fixture(scope="session")
def mortal_postgres() -> Iterator[EmbeddedPostgres]:
    """One durable PostgreSQL for tests that stop and kill it."""
    with temporary_server(durable=True) as server:
        yield server


@pytest.fixture(scope="session")
def native_kafka(pytestconfig: pytest.Config) -> Iterator[NativeKafka]:
    """One broker of our own for the session, for tests that stop, kill and damage it."""
    home = Path(tempfile.mkdtemp(prefix="shenguan-kafka-"))
    broker = NativeKafka(kafka_jars(pytestconfig.rootpath / ".cache" / "kafka"), home)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a real Kafka, "host:port": one given, or in a container, or started natively; or a loud skip."""
    if GIVEN in os.environ:
        yield os.environ[GIVEN]
    elif docker_answers():
        with kafka_container() as servers:
            yield servers
    else:
        yield request.getfixturevalue("native_kafka").servers


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
async def bus_harness(request: pytest.FixtureRequest) -> AsyncIterator[BusHarness]:
    """Every bus in turn, running, and open to every fault."""
    if request.param == "kafka":
        async with kafka_harness(request.getfixturevalue("native_kafka")) as harness:
            yield harness
    else:
        async with embedded_harness(request.getfixturevalue("mortal_postgres")) as harness:
            yield harness
