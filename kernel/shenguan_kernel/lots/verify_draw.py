"""Was this panel really drawn by lot? 抽签证书独立核验程序: python3 verify_draw.py certificate.json [--key HEX].

One file, standard library only, sharing no code with the service that drew: it follows docs/draw-specification.md.
Exit: 0 the certificate holds (成立), 1 it is rejected and the place is named (不成立), 2 no verdict (无法核验).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timezone
from fractions import Fraction
from itertools import count
from math import comb
from pathlib import Path
from typing import Any as Json


class Rejected(Exception):
    """The certificate does not hold: where, and why in Chinese and English."""


class NoVerdict(Exception):
    """This program cannot judge the file."""


def demand(holds: bool, place: str, chinese: str, english: str) -> None:
    """Reject the certificate at this place unless a condition holds."""
    if not holds:
        raise Rejected(f"{place}: {chinese} · {english}")


def same(place: str, expected: Json, found: Json) -> None:
    """Compare what was re-computed with what the certificate says, down to the first place that differs."""
    if isinstance(expected, list) and isinstance(found, list):
        expected, found = dict(enumerate(expected)), dict(enumerate(found))
    if isinstance(expected, dict) and isinstance(found, dict) and expected.keys() == found.keys():
        for key in expected:
            same(f"{place}.{key}", expected[key], found[key])
    else:
        equal = type(expected) is type(found) and expected == found
        demand(equal, place, f"应为 {str(expected)[:140]}", f"must be {str(expected)[:140]}")


# ---- 1. The file: canonical JSON, so that every byte means something ----------------------------------------
def canonical(value: Json) -> bytes:
    """CJ: the one way to write a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def read(raw: bytes) -> Json:
    """The certificate's object, if the file is written in the one canonical way."""
    try:
        value = json.loads(raw.decode())
        written = canonical(value)
    except (ValueError, RecursionError) as error:
        at = getattr(error, "start", getattr(error, "pos", 0))
        raise Rejected(f"byte {at}: 不是 UTF-8 JSON · the file is not JSON in UTF-8") from error
    shorter = min(len(raw), len(written))
    at = next((at for at in range(shorter) if raw[at] != written[at]), shorter)
    demand(written == raw, f"byte {at}", "不是规范 JSON", "the file is not canonical JSON")
    return value


# ---- 2. The shape: exactly these members, of exactly these kinds --------------------------------------------
def conform(place: str, shape: Json, value: Json) -> None:
    """Check a value: {…} an object, [shape, key] a list that rises by its key, (…) one of these, or a leaf."""
    if isinstance(shape, tuple) and isinstance(shape[1], dict) and value is not None:
        shape = shape[1]  # (None, {…}): nothing or an object
    if isinstance(shape, dict):
        exact = isinstance(value, dict) and value.keys() == shape.keys()
        demand(exact, place, f"应恰有 {sorted(shape)}", f"must have exactly the members {sorted(shape)}")
        for name in shape:
            conform(f"{place}.{name}", shape[name], value[name])
    elif isinstance(shape, list):
        demand(isinstance(value, list), place, "应为列表", "must be a list")
        for index, entry in enumerate(value):
            conform(f"{place}.{index}", shape[0], entry)
            rises = not shape[1:] or not index or shape[1](value[index - 1]) < shape[1](entry)
            demand(rises, f"{place}.{index}", "顺序错误或重复", "is out of order or doubled")
    else:
        form = shape.__doc__ if callable(shape) else shape
        fits = any(is_leaf(leaf, value) for leaf in (shape if isinstance(shape, tuple) else (shape,)))
        demand(fits, place, f"应符合 {form}", f"must be {form}")


def is_leaf(leaf: Json, value: Json) -> bool:
    """Whether a value is null, is in a range of integers, matches a pattern, or has a property."""
    if isinstance(leaf, range):
        return type(value) is int and value in leaf
    if isinstance(leaf, str):
        return isinstance(value, str) and re.fullmatch(leaf, value) is not None
    return leaf is ANY or (value is None if leaf is None else bool(leaf(value)))


def a_name(value: Json) -> bool:
    """NFC, 1-64 printable characters."""
    settled = isinstance(value, str) and unicodedata.normalize("NFC", value.strip()) == value
    return settled and 0 < len(value) <= 64 and bool(value.isprintable())


QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
ANY = object  # compared below with what it must be
ID, HASH, PROOF = "[a-z0-9][a-z0-9._-]{0,63}", "[0-9a-f]{64}", "[0-9a-f]{160}"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
NUMBERS = "(0|[1-9][0-9]{0,5})( (0|[1-9][0-9]{0,5})){0,63}"
INSTANT = DAY + "T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
# fmt: off
RULE = {
    "seats": range(1, 101), "per_department": range(1, 101), "load_limit": (None, range(1, 2**31)),
    "cooling_off": (None, DAY), "excluded_departments": [a_name, str],
    "minimums": [{"of": "department|field|qualification", "name": a_name, "count": range(1, 101)},
                 lambda least: (least["of"], least["name"])],
    "recusals": [{"candidate": ID, "ground": "declared|relationship|case", "reason": a_name}, lambda r: r["candidate"]]}
BEACON = {"kind": "drand|lottery|dice", "source": a_name, "round": a_name, "due": INSTANT}
DECLARATION = {
    "format": "shenguan-draw/1", "draw": a_name, "purpose": a_name, "declared_at": INSTANT, "rule": RULE,
    "hashing": "sha256|sm3", "suite": "ECVRF-EDWARDS25519-SHA512-TAI", "vrf_key": HASH, "beacon": (None, BEACON),
    "contributors": [a_name, str], "commit_by": (None, INSTANT), "reveal_by": (None, INSTANT), "panels": ANY,
    "attempt": ANY, "previous": ANY, "pool": ANY, "inclusion": ANY, "ineligible": ANY, "assurance_level": ANY}
CANDIDATE = {
    "id": ID, "department": a_name, "fields": [a_name, str], "qualifications": [a_name, str],
    "load": range(2**31), "last_drawn": (None, DAY), "excluded": (None, a_name)}
EARLIER = {
    "declared": HASH, "outcome": "completed|voided", "panel": [ID, str], "reason": (None, a_name),
    "certificate": (None, HASH)}
CERTIFICATE = {
    "format": "shenguan-draw-certificate/1", "declaration": DECLARATION, "pool": [CANDIDATE, lambda one: one["id"]],
    "earlier": [EARLIER], "declared": ANY, "commits": [HASH], "closed": ANY, "reveals": [HASH], "alpha": ANY,
    "beacon": (None, "[0-9a-f]{96}|" + NUMBERS), "proof": PROOF, "beta": ANY, "seed": ANY, "index": ANY, "panel": ANY}
# fmt: on


# ---- 3. Hashes: SHA-256 from the library, SM3 (GB/T 32905) by hand ------------------------------------------
def rotate(word: int, by: int) -> int:
    """The lowest 32 bits of a number, turned left."""
    word, by = word & 0xFFFFFFFF, by % 32
    return (word << by | word >> (32 - by)) & 0xFFFFFFFF


def sm3(message: bytes) -> bytes:
    """SM3 of a message, 32 bytes."""
    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = message + b"\x80" + bytes(-(len(message) + 9) % 64) + (8 * len(message)).to_bytes(8, "big")
    for block in range(0, len(padded), 64):
        w = [int.from_bytes(padded[at : at + 4], "big") for at in range(block, block + 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ rotate(w[j - 3], 15)
            w.append(x ^ rotate(x, 15) ^ rotate(x, 23) ^ rotate(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            early, turned = j < 16, rotate(a, 12)
            ss1 = rotate(turned + e + rotate(0x79CC4519 if early else 0x7A879D8A, j), 7)
            ff = a ^ b ^ c if early else a & b | a & c | b & c
            gg = e ^ f ^ g if early else e & f | ~e & g
            tt1, tt2 = ff + d + (ss1 ^ turned) + (w[j] ^ w[j + 4]), gg + h + ss1 + w[j]
            a, b, c, d = tt1 & 0xFFFFFFFF, a, rotate(b, 9), c
            e, f, g, h = (tt2 ^ rotate(tt2, 9) ^ rotate(tt2, 17)) & 0xFFFFFFFF, e, rotate(f, 19), g
        state = [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h))]  # noqa: B905 (both are eight words)
    return b"".join(word.to_bytes(4, "big") for word in state)


def tagged(hashing: str, tag: str, *parts: bytes) -> bytes:
    """T: the declared hash over the tag and the parts, each behind its length."""
    pieces = (("shenguan-draw/1/" + tag).encode(), *parts)
    message = b"".join(len(piece).to_bytes(4, "big") + piece for piece in pieces)
    return sm3(message) if hashing == "sm3" else hashlib.sha256(message).digest()


# ---- 4. Lawful panels: who may be drawn, how many panels there are, which is number u -----------------------
State = tuple[int, int, tuple[int, ...]]  # seats empty, taken from this department, what each minimum lacks


def why_ineligible(one: Json, rule: Json) -> Json:
    """The declaration's entry for an candidate who may not be drawn; None for one who may."""
    recused = {recusal["candidate"]: recusal["reason"] for recusal in rule["recusals"]}
    causes = [
        ("excluded", one["excluded"] is not None, one["excluded"]),
        ("recused", one["id"] in recused, recused.get(one["id"])),
        ("department", one["department"] in rule["excluded_departments"], None),
        ("load", rule["load_limit"] is not None and one["load"] >= rule["load_limit"], None),
        ("cooling_off", rule["cooling_off"] is not None and (one["last_drawn"] or "") >= rule["cooling_off"], None),
    ]
    applying = [{"candidate": one["id"], "cause": cause, "code": code} for cause, holds, code in causes if holds]
    return applying[0] if applying else None


class Panels:
    """All lawful panels of a pool under a rule, counted and numbered."""

    def __init__(self, pool: list[Json], rule: Json) -> None:
        self.cap, self.seats, self.minimums = rule["per_department"], rule["seats"], rule["minimums"]
        self.classes = self.group([one for one in pool if not why_ineligible(one, rule)])
        self.start: State = (self.seats, 0, tuple(least["count"] for least in self.minimums))
        self.reached: list[dict[State, int]] = [{self.start: 1}]
        for place in range(len(self.classes)):
            following: dict[State, int] = {}
            for state, paths in self.reached[place].items():
                for _, subsets, after in self.choices(place, state):
                    following[after] = following.get(after, 0) + paths * subsets
            self.reached.append(following)
        self.ways: list[dict[State, int]] = [{(0, 0, (0,) * len(self.minimums)): 1}]
        for place in reversed(range(len(self.classes))):
            end = self.ways[0]
            layer = {s: sum(n * end.get(t, 0) for _, n, t in self.choices(place, s)) for s in self.reached[place]}
            self.ways.insert(0, layer)
        self.count = self.ways[0].get(self.start, 0)

    def group(self, candidates: list[Json]) -> list[tuple[str, tuple[int, ...], list[str]]]:
        """Classes of candidates whom the rule cannot tell apart: department, minimums met, ids; in order."""
        groups: dict[tuple[str, tuple[int, ...]], list[str]] = {}
        for one in candidates:
            has = {of: one[of + "s"] for of in ("field", "qualification")} | {"department": [one["department"]]}
            meets = tuple(i for i, least in enumerate(self.minimums) if least["name"] in has[least["of"]])
            groups.setdefault((one["department"], meets), []).append(one["id"])
        return [(department, meets, groups[department, meets]) for department, meets in sorted(groups)]

    def choices(self, place: int, state: State) -> Iterator[tuple[int, int, State]]:
        """How many could be taken from a class, in how many ways, and the state after it."""
        department, meets, members = self.classes[place]
        empty, taken, lacking = state
        last = place + 1 == len(self.classes) or self.classes[place + 1][0] != department
        counts = self.cap < self.seats and not last
        for take in range(min(len(members), self.cap - taken, empty) + 1):
            still = tuple(max(0, lack - take) if i in meets else lack for i, lack in enumerate(lacking))
            yield take, comb(len(members), take), (empty - take, taken + take if counts else 0, still)

    def inclusion(self) -> list[Json]:
        """For each class: how many lawful panels hold one given member, and the probability that is."""
        table = []
        for place, (department, meets, members) in enumerate(self.classes):
            holding = sum(
                paths * self.ways[place + 1].get(after, 0) * comb(len(members) - 1, take - 1)
                for state, paths in self.reached[place].items()
                for take, _, after in self.choices(place, state)
                if take
            )
            chance = "{0.numerator}/{0.denominator}".format(Fraction(holding, self.count))
            entry = {"department": department, "meets": list(meets), "candidates": members, "panels": str(holding)}
            table.append({**entry, "probability": chance})
        return table

    def at(self, index: int) -> list[str]:
        """The lawful panel with this number."""
        state, panel = self.start, []
        for place, (_, _, members) in enumerate(self.classes):
            for left, subsets, after in self.choices(place, state):  # noqa: B007 (used after the break)
                onward = self.ways[place + 1].get(after, 0)
                if index < subsets * onward:
                    break
                index -= subsets * onward
            within, index = divmod(index, onward)
            state = after
            while left:
                member = max(member for member in range(left - 1, len(members)) if comb(member, left) <= within)
                panel.append(members[member])
                within, left = within - comb(member, left), left - 1
        return sorted(panel)


def index_below(hashing: str, seed: bytes, bound: int) -> int:
    """The number below `bound` that a seed stands for, by rejection."""
    bits = (bound - 1).bit_length()
    for attempt in count():
        blocks = [(attempt.to_bytes(4, "big"), block.to_bytes(4, "big")) for block in range(-(-bits // 256))]
        stream = b"".join(tagged(hashing, "bits", seed, *block) for block in blocks)
        candidate = int.from_bytes(stream, "big") >> (8 * len(stream) - bits)
        if candidate < bound:
            break
    return candidate


# ---- 5. ECVRF-EDWARDS25519-SHA512-TAI (RFC 9381) over its own arithmetic ------------------------------------
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]
ZERO: Point = (0, 1, 1, 0)


def plus(a: Point, b: Point) -> Point:
    """The sum of two points in extended coordinates; the formula is complete."""
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, a: Point) -> Point:
    """A multiple of a point."""
    if not scalar:
        return ZERO
    doubled = times(scalar // 2, plus(a, a))
    return plus(doubled, a) if scalar % 2 else doubled


def encode(a: Point) -> bytes:
    """A point in 32 bytes: y, and whether x is odd."""
    inverse = pow(a[2], P - 2, P)
    return (a[1] * inverse % P | (a[0] * inverse % P & 1) << 255).to_bytes(32, "little")


def decode(text: bytes) -> Point | None:
    """The point, or None if the bytes are no point or not its canonical form."""
    y = int.from_bytes(text, "little")
    odd, y = y >> 255, y % 2**255
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = pow(u * pow(v, P - 2, P), (P + 3) // 8, P)
    x = x if v * x * x % P == u else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or v * x * x % P != u or (x == 0 and odd):
        return None
    x = x if x % 2 == odd else P - x
    return x, y, 1, x * y % P


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or ZERO


def prime_order_point(place: str, text: bytes) -> Point:
    """A point of the group that the curve is used for: not small, no twin."""
    point = decode(text)
    if point is None or text == encode(ZERO) or encode(times(Q, point)) != encode(ZERO):
        raise Rejected(f"{place}: 不是规范的素数阶曲线点 · is not a canonical point of the prime-order group")
    return point


def on_curve(key: bytes, alpha: bytes) -> Point:
    """RFC 9381, 5.4.1.1: try and increment."""
    for counter in range(256):
        found = decode(hashlib.sha512(b"\x03\x01" + key + alpha + bytes([counter]) + b"\x00").digest()[:32])
        if found is not None and encode(times(8, found)) != encode(ZERO):
            return times(8, found)
    raise Rejected("$.alpha: 无法映射到曲线 · meets no point of the curve")


def vrf_output(key: bytes, alpha: bytes, proof: bytes) -> bytes:
    """RFC 9381, 5.3: the 64 bytes that a valid proof fixes."""
    y = prime_order_point("$.declaration.vrf_key", key)
    gamma = prime_order_point("$.proof", proof[:32])
    h, challenge, s = on_curve(key, alpha), int.from_bytes(proof[32:48], "little"), int.from_bytes(proof[48:], "little")
    demand(s < Q, "$.proof", "标量不规范", "holds a scalar that is not below the group order")
    u = plus(times(s, BASE), times(Q - challenge, y))
    v = plus(times(s, h), times(Q - challenge, gamma))
    points = b"".join(map(encode, (y, h, gamma, u, v)))
    holds = hashlib.sha512(b"\x03\x02" + points + b"\x00").digest()[:16] == proof[32:48]
    demand(holds, "$.proof", "VRF 证明不成立", "is no valid VRF proof for this key and alpha")
    return hashlib.sha512(b"\x03\x03" + encode(times(8, gamma)) + b"\x00").digest()


# ---- 6. The checks, in the order in which a draw happens ----------------------------------------------------
def check_declaration(certificate: Json) -> str:
    """Pool, those left out, F and every probability are what was published before the draw."""
    declaration, pool = certificate["declaration"], certificate["pool"]
    rule, place = declaration["rule"], "$.declaration.rule"
    digest = tagged(declaration["hashing"], "pool", canonical(pool)).hex()
    same("$.declaration.pool", {"form": "list", "count": len(pool), "digest": digest}, declaration["pool"])
    most = max([rule["per_department"], *(least["count"] for least in rule["minimums"])])
    demand(most <= rule["seats"], place, "规则超出席位", "asks for more than there are seats")
    known = {recusal["candidate"] for recusal in rule["recusals"]} <= {one["id"] for one in pool}
    demand(known, f"{place}.recusals", "回避名单有库外编号", "names someone outside the pool")
    left_out = [entry for entry in (why_ineligible(one, rule) for one in pool) if entry]
    same("$.declaration.ineligible", left_out, declaration["ineligible"])
    panels = Panels(pool, rule)
    same("$.declaration.panels", str(panels.count), declaration["panels"])
    demand(panels.count > 0, "$.declaration.panels", "没有合法组合", "there is no lawful panel")
    same("$.declaration.inclusion", panels.inclusion(), declaration["inclusion"])
    return f"名单 {len(pool)} 项，合法组合 F = {panels.count}，概率相符 · pool, F and all probabilities as published"


def check_attempts(certificate: Json) -> str:
    """The declaration counts every earlier attempt and holds their chain."""
    declaration, head = certificate["declaration"], b""
    for attempt in certificate["earlier"]:
        head = tagged(declaration["hashing"], "attempt", head, canonical(attempt))
    same("$.declaration.attempt", len(certificate["earlier"]) + 1, declaration["attempt"])
    same("$.declaration.previous", head.hex() or None, declaration["previous"])
    return f"此前 {declaration['attempt'] - 1} 次抽取的记录成链 · the records of all earlier attempts are chained"


def public_value(certificate: Json) -> bytes:
    """What of the declared beacon's value enters the draw; nothing below level 2."""
    declaration, value, place = certificate["declaration"], certificate["beacon"], "$.declaration.beacon"
    declared = declaration["beacon"]
    if not declared:
        same("$.beacon", None, value)
        return b""
    drand = declared["kind"] == "drand"
    conform("$.beacon", "[0-9a-f]{96}" if drand else NUMBERS, value)
    demand(declared["due"] > (declaration["reveal_by"] or "~"), f"{place}.due", "过早", "is before the last reveal")
    if drand:
        conform(f"{place}.round", "[1-9][0-9]{0,9}", declared["round"])
        due = datetime.fromtimestamp(1692803367 + 3 * (int(declared["round"]) - 1), timezone.utc)  # noqa: UP017 (3.9)
        same(place, {**declared, "source": QUICKNET, "due": due.strftime("%Y-%m-%dT%H:%M:%SZ")}, declared)
    return hashlib.sha256(bytes.fromhex(value)).digest() if drand else str(value).encode()


def check_chain(certificate: Json) -> str:
    """Every step holds the one before it, reveals fit their commitments, and the proof allows one output only."""
    declaration, secrets = certificate["declaration"], [bytes.fromhex(reveal) for reveal in certificate["reveals"]]
    hashing, names = declaration["hashing"], declaration["contributors"]
    level = 2 if declaration["beacon"] else 1 if names else 0
    same("$.declaration.assurance_level", level, declaration["assurance_level"])
    instants = [declaration["declared_at"], declaration["commit_by"] or "", declaration["reveal_by"] or ""]
    alone = not level and instants[1:] == ["", ""]
    sound = alone or (len(names) >= 3 and instants[0] < instants[1] < instants[2])
    demand(
        sound, "$.declaration.contributors", "少于三个或时间不符", "are fewer than three or have no deadlines in order"
    )
    declared = tagged(hashing, "declared", canonical(declaration))
    demand(len(secrets) == len(names), "$.reveals", f"应有 {len(names)} 项", f"must have {len(names)} entries")
    promised = [tagged(hashing, "commit", declared, names[i].encode(), secrets[i]).hex() for i in range(len(names))]
    same("$.declared", declared.hex(), certificate["declared"])
    same("$.commits", promised, certificate["commits"])
    closed = tagged(hashing, "closed", declared, *map(bytes.fromhex, promised))
    public = public_value(certificate)
    alpha = tagged(hashing, "alpha", closed, *secrets, public)
    same("$.closed", closed.hex(), certificate["closed"])
    same("$.alpha", alpha.hex(), certificate["alpha"])
    beta = vrf_output(bytes.fromhex(declaration["vrf_key"]), alpha, bytes.fromhex(certificate["proof"]))
    same("$.beta", beta.hex(), certificate["beta"])
    same("$.seed", tagged(hashing, "seed", closed, *secrets, public, beta).hex(), certificate["seed"])
    return f"公告、{len(names)} 份承诺、截止、VRF 证明成链 · declaration, {len(names)} commitments, VRF proof: chained"


def check_panel(certificate: Json) -> str:
    """The panel is the one that the seed points to."""
    panels = Panels(certificate["pool"], certificate["declaration"]["rule"])
    index = index_below(certificate["declaration"]["hashing"], bytes.fromhex(certificate["seed"]), panels.count)
    same("$.index", str(index), certificate["index"])
    same("$.panel", panels.at(index), certificate["panel"])
    return f"第 {index} 号组合即抽中名单 · the panel is lawful panel number {index}"


CHECKS = (check_declaration, check_attempts, check_chain, check_panel)
LEVELS = (
    "0 级：仅服务器 VRF，发布前可试算多份公告 · Level 0: the server's VRF, could have tried several declarations",
    "1 级：一方诚实即无人能左右 · Level 1: commit and reveal, sound while one contributor is honest",
    "2 级：另有公共随机值 · Level 2: beside that, a public value that nobody here controls",
)
UNCHECKED = (
    "公告是否在抽取前发布、时间是否属实 · whether the declaration was published first, and when",
    "编号对应何人、名单是否齐全 · whom the numbers stand for, and whether the pool was complete",
    "有无未列入的抽取；此前各次凭其自身证书核验 · draws left out; each earlier draw has a certificate of its own",
)


def verify(raw: bytes, key: str | None = None) -> tuple[Json, list[str]]:
    """Check a certificate file; the certificate and what was checked. Raises Rejected or NoVerdict."""
    certificate = read(raw)
    version = str(certificate.get("format")) if isinstance(certificate, dict) else ""
    if re.fullmatch(r"shenguan-draw-certificate/(?!1$)[0-9]+", version):
        raise NoVerdict(f"$.format: 本程序只识格式 1 · this program knows format 1 only, not {version}")
    conform("$", CERTIFICATE, certificate)
    if key is not None:
        same("$.declaration.vrf_key", key.lower(), certificate["declaration"]["vrf_key"])
    return certificate, [check(certificate) for check in CHECKS]


def report(certificate: Json, checked: list[str], key: str | None) -> Iterator[str]:
    """What a reader wants to know, in Chinese and English."""
    declaration = certificate["declaration"]
    draw, purpose, number, at = (declaration[member] for member in ("draw", "purpose", "attempt", "declared_at"))
    yield f"抽取 draw {draw}  用途 purpose {purpose}  第 {number} 次 attempt {number}  公告 declared {at}"
    for number, earlier in enumerate(certificate["earlier"], start=1):
        yield f"  此前第 {number} 次 earlier: {earlier['outcome']} {earlier['panel']} {earlier['reason'] or ''}"
    yield "名单 panel: " + ", ".join(certificate["panel"])
    yield from ("[已核验 checked] " + line for line in checked)
    if key is None:
        yield f"[未核验 not checked] 密钥是否本机关公布 · whether the key is published: {declaration['vrf_key']}"
    if declaration["beacon"]:
        yield f"[未核验 not checked] 公共值（含 drand 签名）· the value, a drand signature too: {declaration['beacon']}"
    yield from ("[未核验 not checked] " + line for line in UNCHECKED)
    yield "保证等级 assurance: " + LEVELS[declaration["assurance_level"]]
    yield "结论 verdict: 成立 · THE CERTIFICATE HOLDS"


def main() -> int:
    """Read the command line, print the verdict, return the exit code."""
    parser = argparse.ArgumentParser(description="抽签证书独立核验 · check a draw's certificate offline")
    parser.add_argument("certificate", help="证书文件 · the certificate file")
    parser.add_argument("--key", help="本机关公布的 VRF 公钥 · the bureau's published VRF key, hex")
    arguments = parser.parse_args()
    try:
        raw = Path(arguments.certificate).read_bytes()
        lines, code = [f"文件 file SHA-256 {hashlib.sha256(raw).hexdigest()}"], 0
        lines += report(*verify(raw, arguments.key), arguments.key)
    except Rejected as rejection:
        lines, code = [f"结论 verdict: 不成立 · REJECTED at {rejection}"], 1
    except (NoVerdict, OSError) as reason:
        lines, code = [f"结论 verdict: 无法核验 · NO VERDICT: {reason}"], 2
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode())
    return code


if __name__ == "__main__":
    sys.exit(main())
