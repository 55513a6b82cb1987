"""A broker and a folder of their own: what these tests kill is nobody else's."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shenguan_chassis.testing.kafka import NativeKafka, kafka_jars


@pytest.fixture
def broker(pytestconfig: pytest.Config) -> Iterator[NativeKafka]:
    """A broker with an empty log, running."""
    home = Path(tempfile.mkdtemp(prefix="shenguan-faults-"))
    broker = NativeKafka(kafka_jars(pytestconfig.rootpath / ".cache" / "kafka"), home)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that PostgreSQL may pass through when it runs as another user, for a root of its own."""
    folder = Path(tempfile.mkdtemp(prefix="shenguan-faults-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
