"""How does a personal datum lie in the database? Sealed to its place, with a keyed fingerprint before it to find it by.

    generation 2 | cipher 1 | fingerprint 16 | nonce 12 | ciphertext | tag 16      bytes

The seal covers service, table, column and row: a ciphertext that is moved to another row does not open. The fingerprint
(blind index) is a MAC of the datum under a key of its own: equal data of one column have equal fingerprints, so that an
ordinary index answers "who has this number", and nobody without the key can try numbers out.

AES-256-GCM and SM4-GCM; their fingerprints are HMAC-SHA256 and HMAC-SM3. A nonce is drawn anew each time: a key seals
2^32 data before it should be rotated (NIST SP 800-38D, 8.3).
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from typing import Final, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher as Symmetric
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

from ..keys import Cipher, Keys
from .value import Personal

P = TypeVar("P", bound=Personal)

HEAD_BYTES: Final = 3
FINDER_BYTES: Final = 19
"""Head and fingerprint: what equal data of one column, generation and cipher have in common."""
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_CODES: Final[Mapping[Cipher, int]] = {Cipher.AES_256_GCM: 1, Cipher.SM4_GCM: 2}
_CIPHERS: Final = {code: cipher for cipher, code in _CODES.items()}


class SealBroken(Exception):
    """A sealed datum does not open: changed, moved to another row, or sealed with a key that is not at hand."""


def seal(datum: Personal, place: str, column: str, keys: Keys) -> bytes:
    """The datum as it lies at `place`, its full address; `column` is "table.column"."""
    cipher, generation = keys.cipher, keys.current
    finder = head(keys) + _fingerprint(datum, column, keys, generation, cipher)
    key, nonce = _key(keys, generation, cipher), os.urandom(_NONCE_BYTES)
    clear, about = datum.reveal().encode(), finder + place.encode()
    if cipher is Cipher.SM4_GCM:
        return finder + nonce + _sm4_seal(key, nonce, clear, about)
    return finder + nonce + AESGCM(key).encrypt(nonce, clear, about)


def opened(kind: type[P], sealed: bytes, place: str, keys: Keys) -> P:
    """The datum that lies at `place`; raises SealBroken."""
    generation, cipher = int.from_bytes(sealed[:2], "big"), _CIPHERS.get(sealed[2] if len(sealed) > 2 else 0)
    finder, nonce = sealed[:FINDER_BYTES], sealed[FINDER_BYTES : FINDER_BYTES + _NONCE_BYTES]
    rest, about = sealed[FINDER_BYTES + _NONCE_BYTES :], finder + place.encode()
    if cipher is None or len(rest) < _TAG_BYTES:
        raise SealBroken(f"{place}: no sealed datum")
    if generation not in keys.generations:
        raise SealBroken(f"{place}: sealed with k{generation}, which is not at hand")
    key = _key(keys, generation, cipher)
    try:
        clear = _sm4_open(key, nonce, rest, about) if cipher is Cipher.SM4_GCM else _aes_open(key, nonce, rest, about)
    except InvalidTag:
        raise SealBroken(f"{place}: changed, moved, or sealed with another key") from None
    return kind(clear.decode()).with_seal(place, sealed)


def head(keys: Keys) -> bytes:
    """What everything begins with that is sealed now: generation and cipher."""
    return keys.current.to_bytes(2, "big") + bytes([_CODES[keys.cipher]])


def head_of(sealed: bytes) -> tuple[int, Cipher]:
    """Generation and cipher of a sealed datum."""
    return int.from_bytes(sealed[:2], "big"), _CIPHERS[sealed[2]]


def finders(datum: Personal, column: str, keys: Keys) -> list[bytes]:
    """How the datum may begin in `column` ("table.column"): one for each generation and cipher at hand."""
    return [
        generation.to_bytes(2, "big") + bytes([code]) + _fingerprint(datum, column, keys, generation, cipher)
        for generation in keys.generations
        for cipher, code in _CODES.items()
    ]


def _fingerprint(datum: Personal, column: str, keys: Keys, generation: int, cipher: Cipher) -> bytes:
    key = keys.all_of("personal/finder")[generation]
    text = f"{column}\0{datum.kind}\0{datum.reveal()}".encode()
    if cipher is Cipher.AES_256_GCM:
        return hmac.digest(key, text, "sha256")[:16]
    mac = HMAC(key, SM3())
    mac.update(text)
    return mac.finalize()[:16]


def _key(keys: Keys, generation: int, cipher: Cipher) -> bytes:
    key = keys.all_of(f"personal/{cipher}")[generation]
    return key[:16] if cipher is Cipher.SM4_GCM else key


def _aes_open(key: bytes, nonce: bytes, rest: bytes, about: bytes) -> bytes:
    return AESGCM(key).decrypt(nonce, rest, about)


def _sm4_seal(key: bytes, nonce: bytes, clear: bytes, about: bytes) -> bytes:
    sealing = Symmetric(SM4(key), GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(about)
    return sealing.update(clear) + sealing.finalize() + sealing.tag


def _sm4_open(key: bytes, nonce: bytes, rest: bytes, about: bytes) -> bytes:
    opening = Symmetric(SM4(key), GCM(nonce, rest[-_TAG_BYTES:])).decryptor()
    opening.authenticate_additional_data(about)
    return opening.update(rest[:-_TAG_BYTES]) + opening.finalize()
