"""Into which bytes does a draw turn before it is hashed, and with which hash?

Three definitions of `docs/draw-specification.md`: canonical JSON (CJ), length prefix (LP) and the tagged hash (T).
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
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
    if not _is_plain(value):
        _refuse_ambiguity(value, "$")
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def prefixed(part: bytes) -> bytes:
    """LP: the length as four bytes, big-endian, then the bytes."""
    return len(part).to_bytes(4, "big") + part


def tagged(hashing: Hashing, tag: str, *parts: bytes) -> bytes:
    """T: the hash of a purpose and its parts; no two purposes and no two lists of parts share an input."""
    return hashing.digest(b"".join(map(prefixed, ((_TAG_PREFIX + tag).encode(), *parts))))


def _is_plain(value: Any) -> bool:
    """True for nearly all that has a canonical form, and nothing else; told without naming places, which takes time."""
    kind = type(value)
    if kind is str:
        return value.isascii() or (unicodedata.is_normalized("NFC", value) and not _HALF_A_PAIR.search(value))
    if kind is dict:
        return all(type(key) is str and key.isascii() and _is_plain(member) for key, member in value.items())
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    return value is None or kind is bool or (kind is int and abs(value) <= _LARGEST_INTEGER)


def _refuse_ambiguity(value: Any, place: str) -> None:
    if isinstance(value, str):
        _refuse_unsettled_text(value, place)
    elif isinstance(value, Mapping):
        for key, member in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise NotCanonical(f"{place}: the key {key!r} is not ASCII")
            _refuse_ambiguity(member, f"{place}.{key}")
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for index, member in enumerate(value):
            _refuse_ambiguity(member, f"{place}[{index}]")
    elif isinstance(value, int):
        if abs(value) > _LARGEST_INTEGER:
            raise NotCanonical(f"{place}: an integer of 2^53 or more must be a decimal string")
    elif value is not None:
        raise NotCanonical(f"{place}: {type(value).__name__} has no canonical form")


def _refuse_unsettled_text(text: str, place: str) -> None:
    if text.isascii():
        return
    if not unicodedata.is_normalized("NFC", text):
        raise NotCanonical(f"{place}: the text is not in Unicode form NFC")
    if _HALF_A_PAIR.search(text):
        raise NotCanonical(f"{place}: the text holds half a surrogate pair")
