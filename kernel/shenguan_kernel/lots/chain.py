"""By which hash does each step of a draw hold the one before it?

The formulas of `docs/draw-specification.md`, for every assurance level: a draw without contributors has no commitments
and no reveals, one without a beacon has the empty beacon.
"""

from collections.abc import Sequence
from typing import Any

from shenguan_kernel.lots.encoding import Hashing, canonical, tagged


def pool_digest(hashing: Hashing, candidates: list[dict[str, Any]]) -> bytes:
    """What the declaration holds instead of the pool itself."""
    return tagged(hashing, "pool", canonical(candidates))


def history(hashing: Hashing, earlier: Sequence[dict[str, Any]]) -> bytes | None:
    """The chain over the records of all earlier attempts for one purpose; None for a first attempt."""
    head = b""
    for record in earlier:
        head = tagged(hashing, "attempt", head, canonical(record))
    return head or None


def declared(hashing: Hashing, declaration: dict[str, Any]) -> bytes:
    """公告: everything fixed before any randomness is known."""
    return tagged(hashing, "declared", canonical(declaration))


def commitment(hashing: Hashing, declared: bytes, contributor: str, secret: bytes) -> bytes:
    """承诺: what a contributor sends first; the secret is 32 random bytes of its own."""
    return tagged(hashing, "commit", declared, contributor.encode(), secret)


def closed(hashing: Hashing, declared: bytes, commitments: Sequence[bytes]) -> bytes:
    """截止: no commitment comes after it. Commitments in the order of the declaration's contributors."""
    return tagged(hashing, "closed", declared, *commitments)


def alpha(hashing: Hashing, closed: bytes, secrets: Sequence[bytes], beacon: bytes) -> bytes:
    """The VRF's input: nobody but the key's holder knows what will come of it, and the holder cannot change it."""
    return tagged(hashing, "alpha", closed, *secrets, beacon)


def seed(hashing: Hashing, closed: bytes, secrets: Sequence[bytes], beacon: bytes, beta: bytes) -> bytes:
    """种子: the 32 bytes from which the panel follows."""
    return tagged(hashing, "seed", closed, *secrets, beacon, beta)
