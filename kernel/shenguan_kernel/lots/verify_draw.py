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
from functools import partial
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


# ---- 2. The shape: exactly these members, of exactly these kinds --------------------------------------------
def conform(place: str, shape: Json, value: Json) -> None:
    """Check a value: {…} an object, [shape, key, length] a list that rises by its key, (…) one of these, or a leaf."""
    if isinstance(shape, tuple) and isinstance(shape[1], dict) and value is not None:
        shape = shape[1]  # (None, {…}): nothing or an object
    if isinstance(shape, dict):
        exact = isinstance(value, dict) and value.keys() == shape.keys()
        demand(exact, place, f"应恰有 {sorted(shape)}", f"must have exactly the members {sorted(shape)}")
        for name in shape:
            conform(f"{place}.{name}", shape[name], value[name])
    elif isinstance(shape, list):
        fits = isinstance(value, list) and len(value) in (shape[2:] or [len(value)])
        demand(fits, place, "应为列表（或项数不符）", "must be a list of the right length")
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


ANY = object  # compared below with what it must be
ID, HASH, PROOF = "[a-z0-9][a-z0-9._-]{0,63}", "[0-9a-f]{64}", "[0-9a-f]{160}"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
INSTANT = DAY + "T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
# fmt: off
DRAND = {  # network: its first round's time, seconds between rounds, hex digits of a value
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": (1692803367, 3, 96),
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": (1595431050, 30, 384)}
RULE = {
    "seats": range(1, 101), "per_department": range(1, 101), "load_limit": (None, range(1, 2**31)),
    "cooling_off": (None, DAY), "excluded_departments": [a_name, str],
    "minimums": [{"of": "department|field|qualification", "name": a_name, "count": range(1, 101)},
                 lambda least: (least["of"], least["name"])],
    "recusals": [{"candidate": ID, "ground": "declared|relationship|case", "reason": a_name}, lambda r: r["candidate"]]}
BEACON = {"kind": "drand|lottery|dice", "source": a_name, "round": a_name, "due": INSTANT}
ESCROW = {"custodians": [{"key": HASH, "name": a_name}, lambda one: one["name"], 3], "threshold": range(2, 3),
          "give_by": INSTANT, "open_by": INSTANT}
DECLARATION = {
    "format": "shenguan-draw/1", "draw": a_name, "purpose": a_name, "declared_at": INSTANT, "rule": RULE,
    "hashing": "sha256|sm3", "suite": "ECVRF-EDWARDS25519-SHA512-TAI", "vrf_key": HASH, "escrow": (None, ESCROW),
    "contributors": [a_name, str], "commit_by": (None, INSTANT), "reveal_by": (None, INSTANT), "beacon": (None, BEACON),
    **dict.fromkeys("attempt previous assurance_level pool snapshot ineligible panels inclusion".split(), ANY)}  # noqa: SIM905 (reads better)
CANDIDATE = {"id": ID, "department": a_name, "fields": [a_name, str], "qualifications": [a_name, str],
             "load": range(2**31), "last_drawn": (None, DAY), "excluded": (None, a_name), "key": (None, HASH)}
SUB_LIST = {"document": ANY, "digest": HASH, "confirmed": (None, "identity|key"), "key": (None, HASH), "signature": ANY}
SNAPSHOT = {"format": "shenguan-pool/1", "pool": a_name, "frozen_at": INSTANT, "list": ANY, "previous": (None, HASH),
            "joined": [ID, str], "left": [ID, str], "changed": ANY, "sub_lists": [SUB_LIST]}
EARLIER = {"declared": HASH, "outcome": "completed|voided", "panel": [ID, str], "reason": (None, a_name),
           "certificate": (None, HASH)}
REPLACEMENT = {"candidate": ID, "ground": "declined|no_show", "signature": (None, PROOF), "proof": PROOF,
               "replacement": ID, "head": HASH}
CERTIFICATE = {
    "format": "shenguan-draw-certificate/1", "declaration": DECLARATION, "pool": [CANDIDATE, lambda one: one["id"]],
    "snapshot": (None, SNAPSHOT), "earlier": [EARLIER], "commits": [HASH], "reveals": [HASH], "proof": PROOF,
    "replacements": [REPLACEMENT], **dict.fromkeys("declared closed beacon alpha beta seed index panel".split(), ANY)}  # noqa: SIM905 (as above)
# fmt: on


# ---- 3. Hashes: SHA-256 from the library, SM3 (GB/T 32905) by hand ------------------------------------------
def sm3(message: bytes) -> bytes:
    """SM3 of a message, 32 bytes."""

    def turned(word: int, by: int) -> int:
        word, by = word & 0xFFFFFFFF, by % 32
        return (word << by | word >> (32 - by)) & 0xFFFFFFFF

    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = message + b"\x80" + bytes(-(len(message) + 9) % 64) + (8 * len(message)).to_bytes(8, "big")
    for block in range(0, len(padded), 64):
        w = [int.from_bytes(padded[at : at + 4], "big") for at in range(block, block + 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ turned(w[j - 3], 15)
            w.append(x ^ turned(x, 15) ^ turned(x, 23) ^ turned(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            early, a12 = j < 16, turned(a, 12)
            ss1 = turned(a12 + e + turned(0x79CC4519 if early else 0x7A879D8A, j), 7)
            ff, gg = (a ^ b ^ c, e ^ f ^ g) if early else (a & b | a & c | b & c, e & f | ~e & g)
            tt1, tt2 = ff + d + (ss1 ^ a12) + (w[j] ^ w[j + 4]), gg + h + ss1 + w[j]
            a, b, c, d = tt1 & 0xFFFFFFFF, a, turned(b, 9), c
            e, f, g, h = (tt2 ^ turned(tt2, 9) ^ turned(tt2, 17)) & 0xFFFFFFFF, e, turned(f, 19), g
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
    """The declaration's entry for a candidate who may not be drawn; None for one who may."""
    recused = {recusal["candidate"]: recusal["reason"] for recusal in rule["recusals"]}
    causes = (
        ("excluded", one["excluded"] is not None, one["excluded"]),
        ("recused", one["id"] in recused, recused.get(one["id"])),
        ("department", one["department"] in rule["excluded_departments"], None),
        ("load", one["load"] >= (rule["load_limit"] or 2**31), None),
        ("cooling_off", (one["last_drawn"] or "") >= (rule["cooling_off"] or "~"), None),
    )
    return next(({"candidate": one["id"], "cause": why, "code": code} for why, holds, code in causes if holds), None)


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
            onward, here = self.ways[0], self.reached[place]
            self.ways.insert(0, {s: sum(n * onward.get(t, 0) for _, n, t in self.choices(place, s)) for s in here})
        self.count = self.ways[0].get(self.start, 0)

    def group(self, candidates: list[Json]) -> list[tuple[str, tuple[int, ...], list[str]]]:
        """Classes of candidates whom the rule cannot tell apart: department, minimums met, ids; in order."""
        groups: dict[tuple[str, tuple[int, ...]], list[str]] = {}
        for one in candidates:
            has = {"department": [one["department"]], "field": one["fields"], "qualification": one["qualifications"]}
            meets = tuple(i for i, least in enumerate(self.minimums) if least["name"] in has[least["of"]])
            groups.setdefault((one["department"], meets), []).append(one["id"])
        return [(*key, groups[key]) for key in sorted(groups)]

    def choices(self, place: int, state: State) -> Iterator[tuple[int, int, State]]:
        """How many could be taken from a class, in how many ways, and the state after it."""
        department, meets, members = self.classes[place]
        empty, taken, lacking = state
        stays = place + 1 < len(self.classes) and self.classes[place + 1][0] == department
        for take in range(min(len(members), self.cap - taken, empty) + 1):
            still = tuple(max(0, lack - take) if i in meets else lack for i, lack in enumerate(lacking))
            yield take, comb(len(members), take), (empty - take, taken + take if stays else 0, still)

    def inclusion(self) -> list[Json]:
        """For each class: how many lawful panels hold one given member, and the probability that is."""
        table = []
        for place, (department, meets, members) in enumerate(self.classes):
            holding = sum(
                paths * subsets * take * self.ways[place + 1].get(after, 0)
                for state, paths in self.reached[place].items()
                for take, subsets, after in self.choices(place, state)
            ) // len(members)  # in all panels its members sit so often, each as often as the next
            chance = "{0.numerator}/{0.denominator}".format(Fraction(holding, self.count))
            like = {"department": department, "meets": list(meets), "candidates": members}
            table.append({**like, "panels": str(holding), "probability": chance})
        return table

    def at(self, index: int) -> list[str]:
        """The lawful panel with this number."""
        state, panel = self.start, []
        for place, (_, _, members) in enumerate(self.classes):
            for take, subsets, after in self.choices(place, state):  # noqa: B007 (used after the break)
                onward = self.ways[place + 1].get(after, 0)
                if index < subsets * onward:
                    break
                index -= subsets * onward
            within, index, state = index // onward, index % onward, after
            for size in range(take, 0, -1):
                member = max(member for member in range(size - 1, len(members)) if comb(member, size) <= within)
                panel.append(members[member])
                within -= comb(member, size)
        return sorted(panel)


def index_below(hashing: str, seed: bytes, bound: int) -> int:
    """The number below `bound` that a seed stands for, by rejection."""
    bits, attempt, number = (bound - 1).bit_length(), 0, bound
    while number >= bound:
        blocks = [(attempt.to_bytes(4, "big"), block.to_bytes(4, "big")) for block in range(-(-bits // 256))]
        stream = b"".join(tagged(hashing, "bits", seed, *block) for block in blocks)
        number, attempt = int.from_bytes(stream, "big") >> (8 * len(stream) - bits), attempt + 1
    return number


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
    rest = times(scalar // 2, plus(a, a)) if scalar else ZERO
    return plus(rest, a) if scalar % 2 else rest


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


def vrf_output(at: str, public: str, alpha: bytes, proved: str, key_at: str = "$.declaration.vrf_key") -> bytes:
    """RFC 9381, 5.3: the 64 bytes that a valid proof fixes."""
    key, proof = bytes.fromhex(public), bytes.fromhex(proved)
    y, gamma = prime_order_point(key_at, key), prime_order_point(at, proof[:32])
    tries = (decode(hashlib.sha512(b"\x03\x01" + key + alpha + bytes([i]) + b"\x00").digest()[:32]) for i in range(256))
    h = next(times(8, point) for point in tries if point and encode(times(8, point)) != encode(ZERO))
    challenge, s = int.from_bytes(proof[32:48], "little"), int.from_bytes(proof[48:], "little")
    demand(s < Q, at, "标量不规范", "holds a scalar that is not below the group order")
    u = plus(times(s, BASE), times(Q - challenge, y))
    v = plus(times(s, h), times(Q - challenge, gamma))
    points = b"".join(map(encode, (y, h, gamma, u, v)))
    holds = hashlib.sha512(b"\x03\x02" + points + b"\x00").digest()[:16] == proof[32:48]
    demand(holds, at, "VRF 证明不成立", "is no valid VRF proof for this key and alpha")
    return hashlib.sha512(b"\x03\x03" + encode(times(8, gamma)) + b"\x00").digest()


# ---- 6. The checks, in the order in which a draw happens ----------------------------------------------------
class Draw:
    """A certificate whose shape is right, to be checked step by step."""

    def __init__(self, certificate: Json) -> None:
        self.file, self.declaration, self.pool = certificate, certificate["declaration"], certificate["pool"]
        self.hashing, self.rule = self.declaration["hashing"], self.declaration["rule"]
        self.panels, self.tagged = Panels(self.pool, self.rule), partial(tagged, self.hashing)

    def check_declaration(self) -> str:
        """Pool, those left out, F, every probability, every earlier attempt are what was published before the draw."""
        declared, rule, ids = self.declaration, self.rule, {one["id"] for one in self.pool}
        listed = {"form": "list", "count": len(ids), "digest": self.tagged("pool", canonical(self.pool)).hex()}
        same("$.declaration.pool", listed, declared["pool"])
        most = max([rule["per_department"], *(least["count"] for least in rule["minimums"])])
        demand(most <= rule["seats"], "$.declaration.rule", "规则超出席位", "asks for more than there are seats")
        recused = {recusal["candidate"] for recusal in rule["recusals"]}
        demand(recused <= ids, "$.declaration.rule.recusals", "回避名单有名单外编号", "names someone outside the pool")
        left_out = [out for out in (why_ineligible(one, rule) for one in self.pool) if out]
        same("$.declaration.ineligible", left_out, declared["ineligible"])
        same("$.declaration.panels", str(self.panels.count), declared["panels"])
        demand(self.panels.count > 0, "$.declaration.panels", "没有合法组合", "there is no lawful panel")
        same("$.declaration.inclusion", self.panels.inclusion(), declared["inclusion"])
        context, digest, head = self.file["snapshot"], None, b""
        if context is not None:
            listed["digest"] = tagged("sha256", "pool", canonical(self.pool)).hex()
            same("$.snapshot.list", listed, context["list"])
            told = set(context["joined"]) <= ids and not set(context["left"]) & ids
            demand(told, "$.snapshot", "变动与名单不符", "tells of changes that are not the pool's")
            named = [tagged("sha256", "sub-list", canonical(one["document"])).hex() for one in context["sub_lists"]]
            same("$.snapshot.sub_lists", named, [one["digest"] for one in context["sub_lists"]])
            digest = tagged("sha256", "snapshot", canonical(context)).hex()
        same("$.declaration.snapshot", digest, declared["snapshot"])
        for attempt in self.file["earlier"]:
            head = self.tagged("attempt", head, canonical(attempt))
        same("$.declaration.attempt", len(self.file["earlier"]) + 1, declared["attempt"])
        same("$.declaration.previous", head.hex() or None, declared["previous"])
        return f"名单 {len(ids)} 个，F = {self.panels.count}，概率、此前抽取相符 · pool, F, chances, earlier attempts"

    def public_value(self) -> bytes:
        """What of the declared beacon's value enters the draw; nothing below level 2."""
        declared, value, place = self.declaration["beacon"], self.file["beacon"], "$.declaration.beacon"
        if not declared:
            same("$.beacon", None, value)
            return b""
        if declared["kind"] != "drand":
            conform("$.beacon", "(0|[1-9][0-9]{0,5})( (0|[1-9][0-9]{0,5})){0,63}", value)
            return str(value).encode()
        conform(place, {**BEACON, "source": "|".join(DRAND), "round": "[1-9][0-9]{0,9}"}, declared)
        genesis, period, digits = DRAND[declared["source"]]
        due = datetime.fromtimestamp(genesis + period * (int(declared["round"]) - 1), timezone.utc)  # noqa: UP017 (3.9)
        same(f"{place}.due", due.strftime("%Y-%m-%dT%H:%M:%SZ"), declared["due"])
        conform("$.beacon", f"[0-9a-f]{{{digits}}}", value)
        return hashlib.sha256(bytes.fromhex(value)).digest()

    def check_chain(self) -> str:
        """Every step holds the one before, reveals fit their commitments, and the proof allows one output only."""
        declaration, names = self.declaration, self.declaration["contributors"]
        beacon, escrow = declaration["beacon"] or {}, declaration["escrow"] or {}
        same("$.declaration.assurance_level", 2 if beacon else min(1, len(names)), declaration["assurance_level"])
        steps = [declaration["commit_by"], escrow.get("give_by"), declaration["reveal_by"], escrow.get("open_by")]
        instants = [declaration["declared_at"], *filter(None, [*steps, beacon.get("due")])]
        enough = len(names) >= 3 and steps[0] and steps[2] if names else len(instants) == 1
        sound = bool(enough) and instants == sorted({*instants})
        demand(sound, "$.declaration.contributors", "少于三个或时间不符", "are under three or deadlines not in order")
        declared = self.tagged("declared", canonical(declaration))
        same("$.declared", declared.hex(), self.file["declared"])
        secrets = [bytes.fromhex(reveal) for reveal in self.file["reveals"]]
        demand(len(secrets) == len(names), "$.reveals", f"应有 {len(names)} 项", f"must have {len(names)} entries")
        promised = [self.tagged("commit", declared, names[i].encode(), secrets[i]) for i in range(len(names))]
        same("$.commits", [promise.hex() for promise in promised], self.file["commits"])
        closed, public = self.tagged("closed", declared, *promised), self.public_value()
        alpha = self.tagged("alpha", closed, *secrets, public)
        beta = vrf_output("$.proof", self.declaration["vrf_key"], alpha, self.file["proof"])
        seed = self.tagged("seed", closed, *secrets, public, beta)
        for name, value in {"closed": closed, "alpha": alpha, "beta": beta, "seed": seed}.items():
            same(f"$.{name}", value.hex(), self.file[name])
        return f"公告、{len(names)} 份承诺、截止、VRF 证明成链 · declaration, {len(names)} commitments, proof: chained"

    def check_panel(self) -> str:
        """The panel is the one that the seed points to, and so is who took each seat that was given anew."""
        declared, seed = bytes.fromhex(self.file["declared"]), bytes.fromhex(self.file["seed"])
        index = index_below(self.hashing, seed, self.panels.count)
        same("$.index", str(index), self.file["index"])
        same("$.panel", self.panels.at(index), self.file["panel"])
        panel, ever, head = self.file["panel"], set(self.file["panel"]), seed
        known = {one["id"]: one for one in self.pool}
        for number, record in enumerate(self.file["replacements"], start=1):
            place, leaving, k = f"$.replacements.{number - 1}", record["candidate"], number.to_bytes(4, "big")
            demand(leaving in panel, f"{place}.candidate", "不在现任名单", "is not on the panel")
            if record["signature"] is not None:
                said, key_at = self.tagged("decline", declared, leaving.encode()), f"$.pool {leaving}.key"
                vrf_output(f"{place}.signature", known[leaving]["key"] or "", said, record["signature"], key_at)
            alpha = self.tagged("repl-alpha", declared, k)
            beta = vrf_output(f"{place}.proof", self.declaration["vrf_key"], alpha, record["proof"])
            staying = [known[one] for one in panel if one != leaving]
            open_to = [one for one in known if one not in ever and Panels([*staying, known[one]], self.rule).count]
            demand(open_to != [], f"{place}.replacement", "无人可补", "has nobody to be drawn from")
            new = open_to[index_below(self.hashing, self.tagged("repl", seed, k, beta), len(open_to))]
            same(f"{place}.replacement", new, record["replacement"])
            panel, ever = [*(one["id"] for one in staying), new], {*ever, new}
            head = self.tagged("replaced", head, canonical({it: record[it] for it in record if it != "head"}))
            same(f"{place}.head", head.hex(), record["head"])
        return f"第 {index} 号组合即抽中名单，补抽相符 · the panel is lawful panel {index}; every replacement follows"


def verify(raw: bytes, key: str | None = None) -> tuple[Json, list[str]]:
    """Check a file, written in the one canonical way; what it holds, what was checked. Raises Rejected, NoVerdict."""
    try:
        certificate = json.loads(raw.decode())
        written = canonical(certificate)
    except (ValueError, RecursionError) as error:
        at = getattr(error, "start", getattr(error, "pos", 0))
        raise Rejected(f"byte {at}: 不是 UTF-8 JSON · the file is not JSON in UTF-8") from error
    at = next((at for at in range(len(raw)) if raw[at : at + 1] != written[at : at + 1]), len(raw))
    demand(written == raw, f"byte {at}", "不是规范 JSON", "the file is not canonical JSON")
    version = certificate.get("format") if isinstance(certificate, dict) else None
    if re.fullmatch(r"shenguan-draw-certificate/(?!1$)[0-9]+", str(version)):
        raise NoVerdict(f"$.format: 本程序只识格式 1 · this program knows format 1 only, not {version}")
    conform("$", CERTIFICATE, certificate)
    found = certificate["declaration"]["vrf_key"]
    same("$.declaration.vrf_key", (key or found).lower(), found)
    return certificate, [(draw := Draw(certificate)).check_declaration(), draw.check_chain(), draw.check_panel()]


def report(certificate: Json, checked: list[str], key: str | None) -> Iterator[str]:
    """What a reader wants to know, in Chinese and English."""
    declared, replaced, unchecked = certificate["declaration"], certificate["replacements"], "[未核验 not checked] "
    yield f"抽取 draw {declared['draw']}  用途 purpose {declared['purpose']}  公告 declared {declared['declared_at']}"
    yield f"第 {declared['attempt']} 次 attempt {declared['attempt']}"
    for number, earlier in enumerate(certificate["earlier"], start=1):
        yield f"  此前第 {number} 次 earlier: {earlier['outcome']} {earlier['panel']} {earlier['reason'] or ''}"
    yield "名单 panel: " + ", ".join(certificate["panel"])
    for k, one in enumerate(replaced):
        before = hashlib.sha256(canonical({**certificate, "replacements": replaced[:k]})).hexdigest()
        yield f"  补抽 {k + 1}: {one['candidate']} {one['ground']} → {one['replacement']}; 前一版 file before {before}"
    yield from ("[已核验 checked] " + line for line in checked)
    if key is None:
        yield f"{unchecked}密钥是否本机关公布 · whether the key is published: {declared['vrf_key']}"
    if declared["beacon"]:
        yield f"{unchecked}公共值（含 drand 签名）· the value, a drand signature too: {declared['beacon']}"
    yield f"{unchecked}公告是否在抽取前发布、有无未列入的抽取 · whether it was published first and when; draws left out"
    yield f"{unchecked}编号对应何人、名单是否齐全、部门签名 · whom the numbers stand for; if all are there; whose lists"
    yield f"{unchecked}未签名的离任凭两人证言 · a seat left without signature rests on the word of two"
    yield (
        "保证等级 0：仅 VRF，发布前可试算多份公告 · Level 0: the server's VRF, could have tried several declarations",
        "保证等级 1 级：一方诚实即无人能左右 · Level 1: commit and reveal, sound while one contributor is honest",
        "保证等级 2 级：另有公共随机值 · Level 2: beside that, a public value that nobody here controls",
    )[declared["assurance_level"]]
    yield "结论 verdict: 成立 · THE CERTIFICATE HOLDS"


def main() -> int:
    """Read the command line, print the verdict, return the exit code."""
    parser = argparse.ArgumentParser(description="抽签证书独立核验 · check a draw's certificate offline")
    parser.add_argument("certificate", help="证书文件 · the certificate file")
    parser.add_argument("--key", help="本机关公布的 VRF 公钥 · the bureau's published VRF key, hex")
    arguments = parser.parse_args()
    try:
        raw = Path(arguments.certificate).read_bytes()
        told = report(*verify(raw, arguments.key), arguments.key)
        lines, code = [f"文件 file SHA-256 {hashlib.sha256(raw).hexdigest()}", *told], 0
    except Rejected as rejection:
        lines, code = [f"结论 verdict: 不成立 · REJECTED at {rejection}"], 1
    except (NoVerdict, OSError) as reason:
        lines, code = [f"结论 verdict: 无法核验 · NO VERDICT: {reason}"], 2
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode())
    return code


if __name__ == "__main__":
    sys.exit(main())
