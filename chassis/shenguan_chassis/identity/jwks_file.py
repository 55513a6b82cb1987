"""Where there is no identity provider to ask: a file with the public keys, read again when it was replaced."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ValidationError

from .keys import VerifyingKey, verifying_keys
from .refusals import KeysUnreachable


class _KeySet(BaseModel):
    keys: list[dict[str, object]]


class JwksFile:
    """The keys in a JSON Web Key Set on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_from: tuple[int, int] | None = None
        self._keys: dict[str, VerifyingKey] = {}

    async def find(self, kid: str) -> VerifyingKey | None:
        """The key of that id, or None; raises KeysUnreachable if the file cannot be read."""
        try:
            state = self._path.stat()
            if (state.st_ino, state.st_mtime_ns) != self._read_from:
                self._keys = verifying_keys(_KeySet.model_validate_json(self._path.read_bytes()).keys)
                self._read_from = (state.st_ino, state.st_mtime_ns)
        except (OSError, ValidationError):
            raise KeysUnreachable from None
        return self._keys.get(kid)
