"""Do the service's hashes, proofs and signatures and those of the independent verifier say the same?"""

from __future__ import annotations

from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from shenguan_chassis.evidence import verify_evidence as independent
from shenguan_chassis.journal import merkle
from shenguan_chassis.journal.head import back_of, way_back

pytestmark = pytest.mark.slow


def test_sm3_is_that_of_the_standard() -> None:
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

    assert independent.sm3(b"abc").hex() == merkle.ALGORITHMS["sm3"](b"abc").hex() == expected


@given(data=st.binary(max_size=300))
def test_both_hash_alike(data: bytes) -> None:
    for name, digest in merkle.ALGORITHMS.items():
        assert independent.HASHES[name](data) == digest(data)


@given(leaves=st.lists(st.binary(min_size=1, max_size=8), min_size=1, max_size=40), data=st.data())
def test_the_way_up_from_any_entry_leads_to_the_root_and_no_other_entry_s_does(
    leaves: list[bytes], data: st.DataObject
) -> None:
    digest = merkle.ALGORITHMS["sha256"]
    hashes = [merkle.leaf(digest, text) for text in leaves]
    index = data.draw(st.integers(0, len(leaves) - 1))
    said = {"algorithm": "sha256", "first": 7, "last": 6 + len(leaves)}
    steps = merkle.path(digest, hashes, index)
    top = merkle.root(digest, hashes)

    assert merkle.climb(digest, hashes[index], index, len(leaves), steps) == top
    assert independent.root_of(said, 7 + index, leaves[index], [step.hex() for step in steps]) == top.hex()
    assert independent.root_of(said, 7 + index, leaves[index] + b"x", [step.hex() for step in steps]) != top.hex()
    assert merkle.climb(digest, hashes[index], index, len(leaves), [*steps, bytes(32)]) is None
    assert len(steps) <= max(1, len(leaves)).bit_length()


@settings(max_examples=25, deadline=None)
@given(secret=st.binary(min_size=32, max_size=32), message=st.binary(max_size=50), flip=st.integers(0, 63))
def test_both_know_a_signature_from_a_forgery(secret: bytes, message: bytes, flip: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    forged = signature[:flip] + bytes([signature[flip] ^ 1]) + signature[flip + 1 :]

    assert independent.is_signed(public, message, signature)
    assert not independent.is_signed(public, message + b".", signature)
    assert not independent.is_signed(public, message, forged)


@given(ends=st.tuples(st.integers(1, 1_000_000), st.integers(1, 1_000_000)))
def test_the_way_back_between_any_two_seals_is_short_and_linked(ends: tuple[int, int]) -> None:
    older, newer = min(ends), max(ends)

    way = list(way_back(newer, older))

    assert (way[0], way[-1]) == (newer, older)
    assert all(after in (before - 1, back_of(before)) for before, after in pairwise(way))
    assert len(way) <= 3 * newer.bit_length()
    assert independent.back_of(newer) == back_of(newer)
