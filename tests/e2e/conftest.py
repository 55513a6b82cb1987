"""A folder for a district that runs as a process."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that PostgreSQL may pass through when it runs as another user, for a root of its own."""
    folder = Path(tempfile.mkdtemp(prefix="shenguan-e2e-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
