"""What does a seal say? A short text: which entries, under which root, after which seals before it; hashed and signed.

    shenguan-journal-head/1
    source urn:shenguan:370302:approval
    seal 12
    entries 340-352
    algorithm sm3
    root 5f1c…
    previous 77aa…
    back 09d2…
    sealed 2026-03-02T01:30:00.250000Z

The hash of the text, by its own algorithm, is the head. `previous` is the head of the seal before, `back` that of one
further back, chosen as in a skew-binary list (Myers 1983): a path from any head back to any other has a logarithm's
length, with two links a seal. Each head commits to all before it. A switch of the algorithm changes nothing of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ..keys import Keys
from .merkle import ALGORITHMS, SIZE

FIRST = bytes(SIZE)
"""What stands for a head where there is none before."""

PURPOSE = "journal-heads"
"""Of which derived key the heads are signed; `Keys` parts the services."""

_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
_NUMBER, _HEX = r"([1-9][0-9]{0,17})", r"([0-9a-f]{64})"
_TEXT = re.compile(
    r"shenguan-journal-head/1\n"
    r"source (urn:shenguan:[0-9]{6}:[a-z]+)\n"
    rf"seal {_NUMBER}\nentries {_NUMBER}-{_NUMBER}\nalgorithm (sm3|sha256)\n"
    rf"root {_HEX}\nprevious {_HEX}\nback {_HEX}\n"
    r"sealed ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z)\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a seal says; `source` is the service's urn, `sealed_at` system time."""

    source: str
    seal: int
    first: int
    last: int
    algorithm: str
    root: bytes
    previous: bytes
    back: bytes
    sealed_at: datetime

    @property
    def service(self) -> str:
        """Whose journal it is."""
        return self.source.rpartition(":")[2]

    def text(self) -> str:
        """The one way to write it."""
        return (
            f"shenguan-journal-head/1\nsource {self.source}\nseal {self.seal}\nentries {self.first}-{self.last}\n"
            f"algorithm {self.algorithm}\nroot {self.root.hex()}\nprevious {self.previous.hex()}\n"
            f"back {self.back.hex()}\nsealed {self.sealed_at.astimezone(UTC).strftime(_TIME)}\n"
        )

    def head(self) -> bytes:
        """The hash of its text."""
        return head_of(self.text(), self.algorithm)

    @classmethod
    def read(cls, text: str) -> Statement:
        """The statement of a text; a ValueError for any text that `text()` would not write."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ValueError("not a statement of a seal")
        source, seal, first, last, algorithm, root, previous, back, at = found.groups()
        read = cls(
            source=source,
            seal=int(seal),
            first=int(first),
            last=int(last),
            algorithm=algorithm,
            root=bytes.fromhex(root),
            previous=bytes.fromhex(previous),
            back=bytes.fromhex(back),
            sealed_at=datetime.strptime(at, _TIME).replace(tzinfo=UTC),
        )
        if read.last < read.first or read.text() != text:
            raise ValueError("not a statement of a seal")
        return read


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A statement as it was signed: its text, the public key and the Ed25519 signature over the text."""

    text: str
    key: bytes
    signature: bytes

    def is_signed(self) -> bool:
        """True if the signature is the key's; whose key it is, others must say."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(self.signature, self.text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def head_of(text: str, algorithm: str) -> bytes:
    """The head of a statement's text."""
    return ALGORITHMS[algorithm](text.encode())


def back_of(number: int) -> int:
    """The seal that this one's `back` names; 0: none.

    The number without the least of the weights 1, 3, 7, 15 … that it is the greedy sum of: 12 = 7 + 3 + 1 + 1, so 11.
    """
    rest = weight = number
    while rest > 0:
        weight = (1 << (rest + 1).bit_length() - 1) - 1
        rest -= weight
    return number - weight


def way_back(newer: int, older: int) -> Iterator[int]:
    """The seals from `newer` to `older`, each named by the one before as `previous` or `back`; both included."""
    while newer > older:
        yield newer
        newer = back_of(newer) if back_of(newer) >= older else newer - 1
    yield older


class HeadSigner:
    """Signs a service's heads, and tells by which keys they may be known."""

    def __init__(self, keys: Keys) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(keys.of(PURPOSE))
        self.public = self._key.public_key().public_bytes_raw()
        self.known = public_keys(keys)

    def knows(self, signed: SignedHead, head: bytes) -> bool:
        """Whether that head was signed by one of our keys."""
        try:
            said = Statement.read(signed.text).head()
        except ValueError:
            return False
        return said == head and signed.key in self.known.values() and signed.is_signed()

    def sign(self, text: str) -> SignedHead:
        """The statement's text with our signature."""
        return SignedHead(text, self.public, self._key.sign(text.encode()))


def public_keys(keys: Keys) -> dict[int, bytes]:
    """The public keys of a service's heads by generation, the current one first."""
    return {
        generation: Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
        for generation, secret in keys.all_of(PURPOSE).items()
    }
