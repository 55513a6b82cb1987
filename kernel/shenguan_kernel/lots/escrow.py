"""How can a number that its contributor withholds be opened all the same, by two of three custodians and by no fewer?

Publicly verifiable secret sharing (Schoenmakers, CRYPTO '99) in the prime-order group of edwards25519. A contributor's
number is the point s·B of its secret s; s lies on a line whose points at 1, 2, 3 are sealed to the custodians' keys,
each with a proof. So anybody sees before the first reveal that two custodians can open the very number that the
contributor is bound to: to withhold it is no choice any more (`docs/draw-specification.md`, section 7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from nacl import bindings as sodium
from nacl.exceptions import CryptoError
from pydantic import TypeAdapter

from shenguan_chassis.refusals import Refusal
from shenguan_kernel.lots.encoding import Hashing, tagged
from shenguan_kernel.lots.names import is_settled_name

CUSTODIANS = 3
THRESHOLD = 2
BASE = bytes.fromhex("5866666666666666666666666666666666666666666666666666666666666666")
"""B, the base point of RFC 8032: custodians' keys are its multiples."""
OTHER_BASE = bytes.fromhex("ba6b4d7cd1c242427e6f16241fbb8d6f9f51b2a62dfbf83d54307034aa65691e")
"""E, a point of which nobody knows what multiple of B it is: commitments to the line are its multiples."""

_CHALLENGE_BYTES = 16
_PROOF_BYTES = 48
_ORDER = 2**252 + 27742317777372353535851937790883648493


class EscrowInconsistent(Refusal, status=422, rule="R30"):
    """随机数托管有误：托管份额、承诺或证明不成立，请用随机数提供程序（contribute.py）重新生成后提交。"""


class CustodiansInsufficient(Refusal, status=422, rule="R30"):
    """托管安排有误：须有三个不同的托管单位、各自登记的密钥，且承诺、托管、公开、开启四个截止时间依次在后。"""


@dataclass(frozen=True, slots=True, order=True)
class Custodian:
    """托管人: an office that opens a withheld number together with another, and the key it registered itself (hex)."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Custody:
    """托管安排 as a declaration publishes it. Raises CustodiansInsufficient."""

    custodians: tuple[Custodian, ...]
    give_by: str
    """Until when every contributor must have given its escrow; later than `commit_by`, before `reveal_by`."""
    open_by: str
    """Until when custodians open what was withheld; later than `reveal_by`."""
    threshold: int = THRESHOLD

    def __post_init__(self) -> None:
        object.__setattr__(self, "custodians", tuple(sorted(self.custodians)))
        named = {custodian.name for custodian in self.custodians} | {custodian.key for custodian in self.custodians}
        sound = all(is_settled_name(custodian.name) and is_key(custodian.key) for custodian in self.custodians)
        if not sound or len(self.custodians) != CUSTODIANS or len(named) != 2 * CUSTODIANS:
            raise CustodiansInsufficient(custodians=[custodian.name for custodian in self.custodians])

    def place(self, name: str) -> int | None:
        """Which share is this office's, from 1; None for one that is no custodian."""
        names = [custodian.name for custodian in self.custodians]
        return names.index(name) + 1 if name in names else None


@dataclass(frozen=True, slots=True)
class SealedShare:
    """托管份额: a point of the line, sealed to one custodian, and the proof that it is that point. Hex."""

    share: str
    proof: str


@dataclass(frozen=True, slots=True)
class Escrow:
    """随机数托管: the line's two commitments and a sealed share for each custodian, in their order. Hex."""

    commitments: tuple[str, ...]
    shares: tuple[SealedShare, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """For which contributor of which draw: proofs made for another do not hold here."""

    hashing: Hashing
    declared: bytes
    contributor: str

    def challenge(self, tag: str, place: int, *points: bytes) -> bytes:
        """The 16 bytes that a proof must answer."""
        parts = (self.declared, self.contributor.encode(), place.to_bytes(4, "big"), *points)
        return tagged(self.hashing, tag, *parts)[:_CHALLENGE_BYTES]


def check_escrow(context: Context, custody: Custody, escrow: Escrow) -> None:
    """Raise EscrowInconsistent, naming the place, unless two custodians can open what this escrow holds."""
    line = [_point(text, f"commitments[{at}]") for at, text in enumerate(escrow.commitments)]
    if len(escrow.shares) != CUSTODIANS or len(line) != THRESHOLD:
        raise EscrowInconsistent(place="shares")
    for place, (custodian, sealed) in enumerate(zip(custody.custodians, escrow.shares, strict=True), start=1):
        at = f"shares[{place - 1}]"
        key, share = bytes.fromhex(custodian.key), _point(sealed.share, at)
        pairs = ((OTHER_BASE, _on_line(line, place)), (key, share))
        _check_equal(context, ("escrow", place), pairs, sealed.proof, at=at)


def check_opened(context: Context, custodian: tuple[int, str], sealed: SealedShare, opened: SealedShare) -> None:
    """Raise EscrowInconsistent unless this is what the custodian's sealed share holds."""
    place, key = custodian
    share = _point(opened.share, "share")
    pairs = ((BASE, bytes.fromhex(key)), (share, bytes.fromhex(sealed.share)))
    _check_equal(context, ("opening", place), pairs, opened.proof, at="share")


def number_from(shares: Mapping[int, str]) -> bytes:
    """The number that two opened shares, by place, are points of: the line's value at 0."""
    (first, one), (second, other) = sorted(shares.items())[:THRESHOLD]
    apart = _inverse(_scalar(second - first))
    weights = _product(_scalar(second), apart), _product(_scalar(_ORDER - first), apart)
    return _sum([_times(weight, bytes.fromhex(share)) for weight, share in zip(weights, (one, other), strict=True)])


def number_of(secret: bytes) -> bytes:
    """The number that an escrowed secret stands for: s·B, 32 bytes. Raises EscrowInconsistent."""
    return _multiple(secret, BASE)


def check_secret(escrow: Escrow, secret: bytes) -> None:
    """Raise EscrowInconsistent unless this is the secret that lies in escrow: no other can be revealed."""
    if _multiple(secret, OTHER_BASE).hex() != escrow.commitments[0]:
        raise EscrowInconsistent(place="number")


_Pairs = tuple[tuple[bytes, bytes], tuple[bytes, bytes]]


def _check_equal(context: Context, what: tuple[str, int], pairs: _Pairs, proof: str, *, at: str) -> None:
    """A proof by Chaum and Pedersen: in both pairs the second point is the same multiple of the first."""
    raw = bytes.fromhex(proof)
    challenge, response = raw[:_CHALLENGE_BYTES], raw[_CHALLENGE_BYTES:]
    if len(raw) != _PROOF_BYTES or int.from_bytes(response, "little") >= _ORDER:
        raise EscrowInconsistent(place=f"{at}.proof")
    try:
        nonces = [
            _sum([_times(response, base), _times(challenge.ljust(32, b"\x00"), multiple)]) for base, multiple in pairs
        ]
    except CryptoError as reason:  # libsodium refuses a zero scalar
        raise EscrowInconsistent(place=f"{at}.proof") from reason
    points = [point for pair in pairs for point in pair]
    if context.challenge(*what, *points, *nonces) != challenge:
        raise EscrowInconsistent(place=f"{at}.proof")


def _on_line(line: Sequence[bytes], place: int) -> bytes:
    return _sum([line[0], _times(_scalar(place), line[1])])


def _point(text: str, place: str) -> bytes:
    if not is_key(text):
        raise EscrowInconsistent(place=place)
    return bytes.fromhex(text)


def is_key(text: str) -> bool:
    """Whether these are 32 bytes in hex that stand for a canonical point of the prime-order group."""
    try:
        point = bytes.fromhex(text)
    except ValueError:
        return False
    return len(point) == 32 and bool(sodium.crypto_core_ed25519_is_valid_point(point))


def _multiple(secret: bytes, base: bytes) -> bytes:
    if len(secret) != 32 or not 0 < int.from_bytes(secret, "little") < _ORDER:
        raise EscrowInconsistent(place="number")
    return _times(secret, base)


def _times(scalar: bytes, point: bytes) -> bytes:
    return sodium.crypto_scalarmult_ed25519_noclamp(scalar, point)


def _sum(points: Sequence[bytes]) -> bytes:
    return reduce(sodium.crypto_core_ed25519_add, points)


def _scalar(number: int) -> bytes:
    return number.to_bytes(32, "little")


def _product(one: bytes, other: bytes) -> bytes:
    return sodium.crypto_core_ed25519_scalar_mul(one, other)


def _inverse(scalar: bytes) -> bytes:
    return sodium.crypto_core_ed25519_scalar_invert(scalar)


_ESCROW = TypeAdapter(Escrow)


def read_escrow(text: str) -> Escrow:
    """What was kept of an escrow, read again. Raises pydantic.ValidationError if it is none."""
    return _ESCROW.validate_json(text)
