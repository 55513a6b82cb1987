"""How does a seed of 32 bytes become a number below F without favouring any?"""

from itertools import count

from shenguan_kernel.lots.encoding import Hashing, tagged

_BLOCK_BITS = 256


def index_below(hashing: Hashing, seed: bytes, bound: int) -> int:
    """A number u, 0 ≤ u < bound, by rejection: every u is equally likely if the seed is. `bound` must be positive."""
    if bound < 1:
        raise ValueError("there is no number below 1 to draw")
    bits = (bound - 1).bit_length()
    return next(candidate for attempt in count() if (candidate := _leading_bits(hashing, seed, attempt, bits)) < bound)


def _leading_bits(hashing: Hashing, seed: bytes, attempt: int, bits: int) -> int:
    """The first so many bits of T("bits", seed, attempt, 0) ‖ T("bits", seed, attempt, 1) ‖ …"""
    blocks = -(-bits // _BLOCK_BITS)
    stream = b"".join(tagged(hashing, "bits", seed, _u32(attempt), _u32(block)) for block in range(blocks))
    return int.from_bytes(stream, "big") >> (blocks * _BLOCK_BITS - bits)


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "big")
