"""Where do tests put what nobody keeps? In memory where there is room: each database is five hundred new files.

On a disk the kernel is longer at those files than PostgreSQL at its work. What pytest keeps of a test that failed
(`tmp_path`) stays on the disk.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 3 * 2**30
"""Bytes: both halves of `make test` together need less than one of these."""


def moved_into_memory() -> Path | None:
    """Let this process and its children make their temporary files in a new folder in memory, and return it.

    None where there is too little, or where TMPDIR says another place.
    """
    if "TMPDIR" in os.environ or not _has_room():
        return None
    _clear_remains()
    folder = _MEMORY / f"shenguan-tests-{os.getpid()}"
    folder.mkdir()
    folder.chmod(0o711)  # PostgreSQL may pass through as somebody else
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    return folder


def _has_room() -> bool:
    return _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM


def _clear_remains() -> None:
    """A run that was killed left its folder."""
    for folder in _MEMORY.glob("shenguan-tests-*"):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(int(folder.name.rpartition("-")[2]), 0)
            continue
        shutil.rmtree(folder, ignore_errors=True)
