"""How do many entries get one hash, so that each can be shown to be among them? A Merkle tree as in RFC 9162.

A leaf is H(0x00 ‖ text), a node H(0x01 ‖ left ‖ right): no node can pass for a leaf. H is SM3 (GB/T 32905-2016) or
SHA-256; both give 32 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from cryptography.hazmat.primitives.hashes import SM3, Hash

Digest = Callable[[bytes], bytes]
SIZE = 32
"""Bytes of every hash."""


_EMPTY_SM3 = Hash(SM3())
"""Copied, because to make one costs as much as to hash a node."""


def _sm3(data: bytes) -> bytes:
    digest = _EMPTY_SM3.copy()
    digest.update(data)
    return digest.finalize()


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


ALGORITHMS: dict[str, Digest] = {"sm3": _sm3, "sha256": _sha256}
"""The hashes an operator may choose, by the name that seals carry."""


def leaf(digest: Digest, text: bytes) -> bytes:
    """The hash of one entry."""
    return digest(b"\x00" + text)


def root(digest: Digest, leaves: Sequence[bytes]) -> bytes:
    """The hash over all leaves, in their order; a ValueError where there is none."""
    if not leaves:
        raise ValueError("a tree has at least one leaf")
    *_, top = _levels(digest, leaves)
    return top[0]


def path(digest: Digest, leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from the leaf at `index` to the root: one for each level at which it has a neighbour."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    found = []
    for level in _levels(digest, leaves):
        neighbour = index ^ 1
        if neighbour < len(level):
            found.append(level[neighbour])
        index //= 2
    return found


def climb(digest: Digest, hash_: bytes, index: int, size: int, steps: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to from the leaf at `index` of `size`; None if the path is not of that length."""
    rest = iter(steps)
    last = size - 1
    while last > 0:
        if index % 2 or index < last:
            neighbour = next(rest, None)
            if neighbour is None:
                return None
            hash_ = digest(b"\x01" + neighbour + hash_ if index % 2 else b"\x01" + hash_ + neighbour)
        index, last = index // 2, last // 2
    return hash_ if next(rest, None) is None else None


def _levels(digest: Digest, leaves: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """From the leaves up; a last one without neighbour moves up as it is, which is RFC 9162's split."""
    level = leaves
    yield level
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [digest(b"\x01" + left + right) for left, right in pairs]
        if len(level) % 2:
            above.append(level[-1])
        level = above
        yield level
