"""How is a small file written, so that a power cut leaves the old one or the whole new one?

Write beside it, fsync, rename or link, fsync the folder. Files are readable by their owner alone (0600).
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4


def replace_durably(path: Path, text: str) -> None:
    """The file holds `text`, whether it was there before or not."""
    new = _written_beside(path, text)
    new.replace(path)
    _sync(path.parent)


def create_durably(path: Path, text: str) -> bool:
    """Create the file with `text`; False, and nothing changed, if it is there already: the first of two wins."""
    new = _written_beside(path, text)
    try:
        os.link(new, path)
    except FileExistsError:
        return False
    finally:
        new.unlink()
    _sync(path.parent)
    return True


def _written_beside(path: Path, text: str) -> Path:
    new = path.with_name(f".{path.name}.{uuid4().hex}")
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    return new


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
