"""By which hash does each step of a draw hold the one before it?

The formulas of `docs/draw-specification.md`, for every assurance level: a draw without contributors has no commitments
and no reveals, one without a beacon has the empty beacon.
"""

from collections.abc import Sequence
from typing import Any

from shenguan_kernel.lots.encoding import Hashing, canonical, tagged


def pool_digest(hashing: Hashing, candidates: bytes) -> bytes:
    """What the declaration holds instead of the pool itself, of which these are the canonical bytes."""
    return tagged(hashing, "pool", candidates)


def history(hashing: Hashing, earlier: Sequence[dict[str, Any]]) -> bytes | None:
    """The chain over the records of all earlier attempts for one purpose; None for a first attempt."""
    head = b""
    for record in earlier:
        head = tagged(hashing, "attempt", head, canonical(record))
    return head or None


def context_digest(context: dict[str, Any]) -> bytes:
    """What a declaration holds of the pool's origin and changes; always by SHA-256, for no draw is declared yet."""
    return tagged(Hashing.SHA256, "snapshot", canonical(context))


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


def replacement_alpha(hashing: Hashing, declared: bytes, number: int) -> bytes:
    """The VRF's input for replacement 1, 2, …: nothing of who left, when or why is in it."""
    return tagged(hashing, "repl-alpha", declared, number.to_bytes(4, "big"))


def replacement_seed(hashing: Hashing, seed: bytes, number: int, beta: bytes) -> bytes:
    """The 32 bytes that a replacement is drawn from."""
    return tagged(hashing, "repl", seed, number.to_bytes(4, "big"), beta)


def replaced(hashing: Hashing, head: bytes, record: dict[str, Any]) -> bytes:
    """补抽链: what holds every replacement so far; `head` is the seed before the first."""
    return tagged(hashing, "replaced", head, canonical(record))


def decline(hashing: Hashing, declared: bytes, candidate: str) -> bytes:
    """谢绝: what a candidate signs who will not serve in this draw."""
    return tagged(hashing, "decline", declared, candidate.encode())
