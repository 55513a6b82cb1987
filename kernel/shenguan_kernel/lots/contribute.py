"""How do an office, a custodian and an expert take part in a draw? 抽取参与程序, one file, standard library only.

contribute.py number declaration.json DEPARTMENT   随机数: a number, its commitment and, if declared, its escrow
contribute.py custodian KEYFILE                    托管单位: a key, and what to register of it
contribute.py open declaration.json ESCROW CONTRIBUTOR KEYFILE DEPARTMENT   托管单位: its share of a withheld number
contribute.py decline declaration.json EXPERT KEYFILE   专家: a signed decline (KEYFILE: an Ed25519 seed in hex)

It runs at the desk of who takes part, never on the server that draws, and follows docs/draw-specification.md. Secrets
stay in files that only their owner may read. Exit: 0 done (已完成), 2 not done (未完成).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]
ZERO: Point = (0, 1, 1, 0)


class Unfit(Exception):
    """This declaration asks for nothing from this office, or a file cannot be read here."""


# ---- hashes and points, as the specification has them -------------------------------------------------------
def u32(number: int) -> bytes:
    """A number as four bytes, big-endian."""
    return number.to_bytes(4, "big")


def tagged(tag: str, *parts: bytes) -> bytes:
    """T, by SHA-256."""
    pieces = (("shenguan-draw/1/" + tag).encode(), *parts)
    return hashlib.sha256(b"".join(u32(len(piece)) + piece for piece in pieces)).digest()


def plus(a: Point, b: Point) -> Point:
    """The sum of two points in extended coordinates."""
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, a: Point) -> Point:
    """A multiple of a point."""
    rest = times(scalar // 2, plus(a, a)) if scalar else ZERO
    return plus(rest, a) if scalar % 2 else rest


def encode(a: Point) -> bytes:
    """A point in 32 bytes."""
    inverse = pow(a[2], P - 2, P)
    return (a[1] * inverse % P | (a[0] * inverse % P & 1) << 255).to_bytes(32, "little")


def decode(text: bytes) -> Point | None:
    """The point of 32 bytes; None if they are none."""
    y = int.from_bytes(text, "little")
    odd, y = y >> 255, y % 2**255
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = pow(u * pow(v, P - 2, P), (P + 3) // 8, P)
    x = x if v * x * x % P == u else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or v * x * x % P != u or (x == 0 and odd):
        return None
    x = x if x % 2 == odd else P - x
    return x, y, 1, x * y % P


def point(text: str) -> Point:
    """The point of 64 hex digits. Raises Unfit."""
    found = decode(bytes.fromhex(text))
    if found is None or encode(times(Q, found)) != encode(ZERO):
        raise Unfit("不是规范的曲线点 · no canonical point of the prime-order group")
    return found


def on_curve(salt: bytes, text: bytes) -> Point:
    """RFC 9381, 5.4.1.1: try and increment."""
    tries = (hashlib.sha512(b"\x03\x01" + salt + text + bytes([i]) + b"\x00").digest()[:32] for i in range(256))
    return next(times(8, found) for found in map(decode, tries) if found and encode(times(8, found)) != encode(ZERO))


BASE = point("58" + "66" * 31)
OTHER_BASE = on_curve(b"", b"shenguan-draw/1/escrow")


def any_scalar() -> int:
    """A random scalar; a contributor's own, which no rule may make."""
    return 1 + secrets.randbelow(Q - 1)  # allow chance: made at the desk of who takes part


# ---- what each has to do ------------------------------------------------------------------------------------
class Draw:
    """An announced draw. Raises Unfit for what is no declaration that this program knows."""

    def __init__(self, file: str) -> None:
        raw = Path(file).read_bytes()
        try:
            self.said = json.loads(raw)
            self.contributors, self.escrow = self.said["contributors"], self.said["escrow"]
            known = self.said["hashing"] == "sha256"
        except (ValueError, KeyError, TypeError) as reason:
            raise Unfit("不是抽取公告 · this is no declaration") from reason
        if not known:
            raise Unfit("本程序只识 sha256 · this program knows sha256 only")
        self.declared = tagged("declared", raw)

    def commitment(self, contributor: str, number: bytes) -> str:
        """What binds an office to its number without telling it, hex. Raises Unfit."""
        if contributor not in self.contributors:
            raise Unfit(f"公告未列此部门 · the declaration names {', '.join(self.contributors)}")
        return tagged("commit", self.declared, contributor.encode(), number).hex()

    def sealed(self, contributor: str, secret: int) -> dict[str, Any]:
        """The escrow of a number: a share for each custodian, and the proofs that two of them can open it."""
        slope, shares = any_scalar(), []
        for place, custodian in enumerate(self.escrow["custodians"], start=1):
            share, key = (secret + place * slope) % Q, point(custodian["key"])
            pairs = (OTHER_BASE, times(share, OTHER_BASE)), (key, times(share, key))
            proof = self.proof("escrow", contributor, place, pairs, share)
            shares.append({"share": encode(times(share, key)).hex(), "proof": proof})
        return {"commitments": [encode(times(one, OTHER_BASE)).hex() for one in (secret, slope)], "shares": shares}

    def opened(self, escrow: Any, contributor: str, custodian: str, secret: int) -> dict[str, str]:
        """What a custodian's share of a withheld number holds, with the proof of it. Raises Unfit."""
        names = [one["name"] for one in (self.escrow or {"custodians": []})["custodians"]]
        if custodian not in names:
            raise Unfit(f"公告未列此托管单位 · the declaration's custodians are {', '.join(names)}")
        place = names.index(custodian) + 1
        share = point(escrow["shares"][place - 1]["share"])
        inner = times(pow(secret, Q - 2, Q), share)
        pairs = (BASE, times(secret, BASE)), (inner, share)
        proof = self.proof("opening", contributor, place, pairs, secret)
        return {"contributor": contributor, "share": encode(inner).hex(), "proof": proof}

    def proof(self, tag: str, contributor: str, place: int, pairs: Any, factor: int) -> str:
        """Chaum and Pedersen: both pairs have the same factor."""
        nonce = any_scalar()
        points = [*pairs[0], *pairs[1], times(nonce, pairs[0][0]), times(nonce, pairs[1][0])]
        challenge = tagged(tag, self.declared, contributor.encode(), u32(place), *map(encode, points))[:16]
        answer = (nonce - int.from_bytes(challenge, "little") * factor) % Q
        return (challenge + answer.to_bytes(32, "little")).hex()


def signature(seed: bytes, message: bytes) -> str:
    """ECVRF-EDWARDS25519-SHA512-TAI: for one key and one message there is but one."""
    expanded = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(expanded[:32], "little") % 2**254 // 8 * 8 + 2**254
    public = encode(times(scalar, BASE))
    h = on_curve(public, message)
    gamma, nonce = times(scalar, h), int.from_bytes(hashlib.sha512(expanded[32:] + encode(h)).digest(), "little") % Q
    points = public + b"".join(map(encode, (h, gamma, times(nonce, BASE), times(nonce, h))))
    challenge = hashlib.sha512(b"\x03\x02" + points + b"\x00").digest()[:16]
    answer = (nonce + int.from_bytes(challenge, "little") * scalar) % Q
    return (encode(gamma) + challenge + answer.to_bytes(32, "little")).hex()


def keep(file: Path, text: str) -> None:
    """Write a secret where only its owner reads it; raises FileExistsError rather than replace one."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.write(text + "\n")


def number(given: argparse.Namespace) -> list[str]:
    """随机数: made, kept, and what to send first (the commitment), after the close (the escrow), and at last."""
    draw, file = Draw(given.declaration), Path(given.declaration)
    kept, sent = (file.with_suffix(f".{given.department}.{ending}") for ending in ("number", "escrow.json"))
    secret = any_scalar() if draw.escrow else 0
    made = encode(times(secret, BASE)) if draw.escrow else secrets.token_bytes(32)  # allow chance: as any_scalar
    promised = draw.commitment(given.department, made)
    keep(kept, secret.to_bytes(32, "little").hex() if draw.escrow else made.hex())
    lines = [f"承诺值 commitment: {promised}", f"随机数保存于 the number is kept in: {kept}"]
    if draw.escrow:
        sent.write_text(json.dumps(draw.sealed(given.department, secret)), encoding="utf-8")
        lines.append(f"托管文件（承诺齐备后提交）escrow, to be sent after the close: {sent}")
    return lines


def custodian(given: argparse.Namespace) -> list[str]:
    """托管单位: a key of its own."""
    secret = any_scalar()
    keep(Path(given.keyfile), secret.to_bytes(32, "little").hex())
    return [f"公钥 key: {encode(times(secret, BASE)).hex()}", f"私钥保存于 the secret is kept in: {given.keyfile}"]


def opening(given: argparse.Namespace) -> list[str]:
    """托管单位: its share of a withheld number, to be sent after the reveals' deadline and never before."""
    escrow = json.loads(Path(given.escrow).read_bytes())
    secret = int.from_bytes(bytes.fromhex(Path(given.keyfile).read_text(encoding="ascii")), "little")
    return [json.dumps(Draw(given.declaration).opened(escrow, given.contributor, given.department, secret))]


def decline(given: argparse.Namespace) -> list[str]:
    """专家: the signature that it declines this draw."""
    seed = bytes.fromhex(Path(given.keyfile).read_text(encoding="ascii"))
    return [
        f"签名 signature: {signature(seed, tagged('decline', Draw(given.declaration).declared, given.expert.encode()))}"
    ]


def main() -> int:
    """Read the command line, do it, print what to send, return the exit code."""
    parser = argparse.ArgumentParser(description="参与抽取 · take part in a draw")
    acts = parser.add_subparsers(required=True)
    for act, names in (
        (number, ("declaration", "department")),
        (custodian, ("keyfile",)),
        (opening, ("declaration", "escrow", "contributor", "keyfile", "department")),
        (decline, ("declaration", "expert", "keyfile")),
    ):
        asked = acts.add_parser("open" if act is opening else act.__name__, help=act.__doc__)
        asked.set_defaults(act=act)
        for name in names:
            asked.add_argument(name)
    given = parser.parse_args()
    try:
        lines, code = given.act(given), 0
    except (Unfit, OSError, ValueError, KeyError) as reason:
        lines, code = [f"未完成 · not done: {reason}"], 2
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode())
    return code


if __name__ == "__main__":
    sys.exit(main())
