"""Where do identifiers come from? New ones are UUIDv7; natural keys become UUIDv5: a second registration is found."""

from __future__ import annotations

from hashlib import blake2b, sha1
from uuid import UUID

import asyncpg.pgproto.pgproto as compiled
import uuid_utils.compat as time_ordered

_NAMESPACE = UUID("6f0c6b0e-3f7a-5d6e-9a55-0a2f3d0c7b11")
_NAMESPACE_BYTES = _NAMESPACE.bytes
_VERSION_5, _VARIANT = 0x50, 0x80


def new_id() -> UUID:
    """A new UUIDv7; asked only by `tx.new_id()`, so that rules stay replayable."""
    return time_ordered.uuid7()


def derived_id(noun: str, *parts: object) -> UUID:
    """The one id of what `parts` name within `noun`: `derived_id("department", "fire")`."""
    name = "\x1f".join([noun, *map(str, parts)])
    digest = bytearray(sha1(_NAMESPACE_BYTES + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | _VERSION_5
    digest[8] = digest[8] & 0x3F | _VARIANT
    return _compact(bytes(digest))  # as uuid.uuid5 makes it, in a third of the time


def stream_key(source: str, subject: str) -> UUID:
    """A stream's key of fixed width: 16 bytes index four times faster than the two texts."""
    return _compact(blake2b(f"{source} {subject}".encode(), digest_size=16).digest())


def _compact(value: bytes) -> UUID:
    """asyncpg's own kind, which every event asks for several times: it is made, compared and written in C."""
    made: UUID = compiled.UUID(value)
    return made
