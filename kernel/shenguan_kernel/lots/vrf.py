"""How does the server prove that an output could not have been another? ECVRF-EDWARDS25519-SHA512-TAI, RFC 9381.

The group operations are libsodium's, so that what depends on the secret runs in constant time. Stricter than the RFC in
one point: a public key or Gamma outside the prime-order subgroup is rejected, so that a proof has no twin.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from nacl import bindings as sodium
from nacl.exceptions import CryptoError

SUITE = "ECVRF-EDWARDS25519-SHA512-TAI"
PROOF_BYTES = 80

_TAI_OCTET = b"\x03"
_FIELD_PRIME = 2**255 - 19
_GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
_IDENTITY = (1).to_bytes(32, "little")
_SIGN_BIT = 1 << 255


class ProofRejected(ValueError):
    """A key or proof that does not hold; the message says which part."""


@dataclass(frozen=True, slots=True)
class Suite:
    """算法套件: all in which two suites of RFC 9381 over this curve and hash differ."""

    octet: bytes
    encode_to_curve: Callable[[bytes, bytes], bytes]
    """The point of the prime-order group that stands for (public key, alpha)."""


def encode_to_curve(public: bytes, alpha: bytes) -> bytes:
    """RFC 9381 §5.4.1.1, try and increment, with the public key as salt. Raises ProofRejected."""
    for counter in range(256):
        attempt = _TAI_OCTET + b"\x01" + public + alpha + bytes([counter]) + b"\x00"
        candidate = hashlib.sha512(attempt).digest()[:32]
        if int.from_bytes(candidate, "little") % _SIGN_BIT >= _FIELD_PRIME:
            continue
        try:
            cleared = _times_cofactor(candidate)
        except CryptoError:  # not on the curve
            continue
        if cleared != _IDENTITY:
            return cleared
    raise ProofRejected("no point of the curve was met in 256 tries")


def _times_cofactor(point: bytes) -> bytes:
    for _ in range(3):
        point = sodium.crypto_core_ed25519_add(point, point)
    return point


TAI = Suite(_TAI_OCTET, encode_to_curve)
"""The suite of every draw."""


class VrfKey:
    """VRF 密钥: a secret of 32 bytes and the public key that the declaration names."""

    def __init__(self, secret: bytes, suite: Suite = TAI) -> None:
        if len(secret) != 32:
            raise ValueError("a VRF secret has 32 bytes")
        expanded = hashlib.sha512(secret).digest()
        clamped = bytes([expanded[0] & 248, *expanded[1:31], expanded[31] & 127 | 64])
        self._suite = suite
        self._scalar = _reduced(clamped)
        self._nonce_key = expanded[32:]
        self.public = sodium.crypto_scalarmult_ed25519_base_noclamp(self._scalar)

    def prove(self, alpha: bytes) -> bytes:
        """The proof of 80 bytes for one input; the same input always gives the same proof."""
        point = self._suite.encode_to_curve(self.public, alpha)
        gamma = sodium.crypto_scalarmult_ed25519_noclamp(self._scalar, point)
        nonce = _reduced(hashlib.sha512(self._nonce_key + point).digest())
        challenge = _challenge(
            self._suite,
            self.public,
            point,
            gamma,
            sodium.crypto_scalarmult_ed25519_base_noclamp(nonce),
            sodium.crypto_scalarmult_ed25519_noclamp(nonce, point),
        )
        product = sodium.crypto_core_ed25519_scalar_mul(_padded(challenge), self._scalar)
        return gamma + challenge + sodium.crypto_core_ed25519_scalar_add(nonce, product)


def verify(public: bytes, alpha: bytes, proof: bytes, suite: Suite = TAI) -> bytes:
    """The output (beta, 64 bytes) that a valid proof fixes for alpha. Raises ProofRejected."""
    gamma, challenge, response = _decoded(public, proof)
    point = suite.encode_to_curve(public, alpha)
    try:
        u = _minus_multiple(sodium.crypto_scalarmult_ed25519_base_noclamp(response), challenge, public)
        v = _minus_multiple(sodium.crypto_scalarmult_ed25519_noclamp(response, point), challenge, gamma)
    except CryptoError as reason:  # libsodium refuses a zero scalar and the identity
        raise ProofRejected("the proof's scalars are degenerate") from reason
    if _challenge(suite, public, point, gamma, u, v) != challenge:
        raise ProofRejected("the proof does not belong to this key and input")
    return output(proof, suite)


def output(proof: bytes, suite: Suite = TAI) -> bytes:
    """Beta, the 64 bytes that a proof known to be valid stands for."""
    cleared = _times_cofactor(proof[:32])
    return hashlib.sha512(suite.octet + b"\x03" + cleared + b"\x00").digest()


def _decoded(public: bytes, proof: bytes) -> tuple[bytes, bytes, bytes]:
    if len(public) != 32 or not sodium.crypto_core_ed25519_is_valid_point(public):
        raise ProofRejected("the public key is not a canonical point of the prime-order group")
    if len(proof) != PROOF_BYTES:
        raise ProofRejected(f"a proof has {PROOF_BYTES} bytes")
    gamma, challenge, response = proof[:32], proof[32:48], proof[48:]
    if not sodium.crypto_core_ed25519_is_valid_point(gamma):
        raise ProofRejected("Gamma is not a canonical point of the prime-order group")
    if int.from_bytes(response, "little") >= _GROUP_ORDER:
        raise ProofRejected("the proof's scalar s is not below the group order")
    return gamma, challenge, response


def _minus_multiple(point: bytes, challenge: bytes, base: bytes) -> bytes:
    multiple = sodium.crypto_scalarmult_ed25519_noclamp(_padded(challenge), base)
    return sodium.crypto_core_ed25519_sub(point, multiple)


def _challenge(suite: Suite, *points: bytes) -> bytes:
    """RFC 9381 §5.4.3 over the five points Y, H, Gamma, U, V: 16 bytes."""
    return hashlib.sha512(suite.octet + b"\x02" + b"".join(points) + b"\x00").digest()[:16]


def _reduced(scalar: bytes) -> bytes:
    return sodium.crypto_core_ed25519_scalar_reduce(scalar.ljust(64, b"\x00"))


def _padded(challenge: bytes) -> bytes:
    return challenge.ljust(32, b"\x00")
