"""Into which bytes does a draw turn before it is hashed, and with which hash?

Three definitions of `docs/draw-specification.md`: canonical JSON (CJ), length prefix (LP) and the tagged hash (T).
"""

import hashlib
import re
import unicodedata
from enum import StrEnum
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes

_LARGEST_INTEGER = 2**53 - 1
_TAG_PREFIX = "shenguan-draw/1/"
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


class NotCanonical(ValueError):
    """A value has no canonical form: a float, a large integer, a string that is not NFC, a key that is not ASCII."""


class Hashing(StrEnum):
    """散列算法: the hash a declaration names; both give 32 bytes."""

    SHA256 = "sha256"
    SM3 = "sm3"

    def digest(self, message: bytes) -> bytes:
        """The 32 bytes of this hash over one message."""
        if self is Hashing.SHA256:
            return hashlib.sha256(message).digest()
        sm3 = hashes.Hash(hashes.SM3())  # hashlib knows SM3 in some builds only
        sm3.update(message)
        return sm3.finalize()


def canonical(value: Any) -> bytes:
    """CJ: the one UTF-8 JSON text of a value. Raises NotCanonical, naming the place."""
    fault = _fault(value)
    if fault:
        raise NotCanonical(f"${fault}")
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def prefixed(part: bytes) -> bytes:
    """LP: the length as four bytes, big-endian, then the bytes."""
    return len(part).to_bytes(4, "big") + part


def tagged(hashing: Hashing, tag: str, *parts: bytes) -> bytes:
    """T: the hash of a purpose and its parts; no two purposes and no two lists of parts share an input."""
    return hashing.digest(b"".join(map(prefixed, ((_TAG_PREFIX + tag).encode(), *parts))))


def _fault(value: Any) -> str | None:
    """Where and why a value has no canonical form: the way to the place is put together on the way back."""
    if isinstance(value, str):
        return None if value.isascii() else _fault_of_text(value)
    if isinstance(value, dict):
        for key, member in value.items():
            if not (isinstance(key, str) and key.isascii()):
                return f": the key {key!r} is not ASCII"
            if fault := _fault(member):
                return f".{key}{fault}"
        return None
    if isinstance(value, list | tuple):
        for index, member in enumerate(value):
            if fault := _fault(member):
                return f"[{index}]{fault}"
        return None
    if isinstance(value, int):
        return ": an integer of 2^53 or more must be a decimal string" if abs(value) > _LARGEST_INTEGER else None
    return None if value is None else f": {type(value).__name__} has no canonical form"


def _fault_of_text(text: str) -> str | None:
    if not unicodedata.is_normalized("NFC", text):
        return ": the text is not in Unicode form NFC"
    return ": the text holds half a surrogate pair" if _HALF_A_PAIR.search(text) else None
