"""Was this panel really drawn from so long a list? 长名录抽签证书核验程序: python3 verify_census.py certificate.json.

For certificates of format 2 (docs/draw-specification.md, 11): the pool is given by kinds, each number that was drawn by
its place in a hash tree. Needs verify_draw.py beside it, nothing else. Exit: 0 holds, 1 rejected, 2 no verdict.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from bisect import bisect_right
from collections.abc import Iterator
from functools import partial
from math import comb
from pathlib import Path
from typing import Any as Json

if __package__:
    from . import verify_draw as base
else:
    import verify_draw as base  # type: ignore[import-not-found, no-redef]  # a stranger has it beside this file

BLOCK = 64


def in_order(kind: Json) -> bytes:
    """By what kinds are ordered."""
    return base.canonical(traits(kind))


def whereabouts(at: Json) -> tuple[int, int]:
    """Kind and place of a number."""
    return at["kind"], at["place"]


KIND = {
    **{name: shape for name, shape in base.CANDIDATE.items() if name not in ("id", "key")},
    "count": range(1, 2**31),
    "root": base.HASH,
}
PLACE = {
    "candidate": base.ID,
    "kind": range(2**31),
    "place": range(2**31),
    "block": [base.ID, str],
    "path": [base.HASH],
}
CERTIFICATE = {
    **base.CERTIFICATE,
    "format": "shenguan-draw-certificate/2",
    "snapshot": None,
    "replacements": [{}, None, 0],
    "pool": {
        "kinds": [KIND, in_order],
        "members": [PLACE, whereabouts],
    },
}


def below(size: int, member: int) -> int:
    """How many subsets of this size have only members below this one."""
    return comb(member, size)


def traits(kind: Json) -> Json:
    """What the members of a kind have in common."""
    return {name: value for name, value in kind.items() if name not in ("count", "root")}


class Members:
    """Who may be drawn of some kinds: all places but those of the recused, kind after kind."""

    def __init__(self) -> None:
        self.kinds: list[tuple[int, list[int]]] = []
        self.ends = [0]

    def add(self, kind: int, count: int, absent: list[int]) -> None:
        """Append the places of one kind."""
        self.kinds.append((kind, absent))
        self.ends.append(self.ends[-1] + count - len(absent))

    def __len__(self) -> int:
        return self.ends[-1]

    def __getitem__(self, number: int) -> tuple[int, int]:
        """Kind and place of a member."""
        at = bisect_right(self.ends, number) - 1
        kind, absent = self.kinds[at]
        place = number - self.ends[at]
        for gone in absent:
            place += gone <= place
        return kind, place


class Panels(base.Panels):
    """All lawful panels of a census under a rule."""

    def __init__(self, certificate: Json) -> None:
        rule = certificate["declaration"]["rule"]
        recused = {recusal["candidate"] for recusal in rule["recusals"]}
        members = certificate["pool"]["members"]
        self.absent = [whereabouts(at) for at in members if at["candidate"] in recused]
        kinds: Json = [{**kind, "id": n} for n, kind in enumerate(certificate["pool"]["kinds"])]
        super().__init__(kinds, rule)

    def group(self, candidates: list[Json]) -> list[tuple[str, tuple[int, ...], Json]]:
        """Classes whose members are places of kinds."""
        sizes = {kind["id"]: kind["count"] for kind in candidates}
        classes = []
        for department, meets, kinds in super().group(candidates):
            members = Members()
            for kind in list[Json](kinds):
                members.add(kind, sizes[kind], [place for of, place in self.absent if of == kind])
            classes.append((department, meets, members))
        return [group for group in classes if len(group[2])]

    def inclusion(self) -> list[Json]:
        """As the declaration of a census has it: how many there are instead of who."""
        return [{**entry, "candidates": len(entry["candidates"])} for entry in super().inclusion()]

    def places(self, index: int) -> list[tuple[int, int]]:
        """Kind and place of everyone on the lawful panel with this number."""
        state = self.start
        panel: list[tuple[int, int]] = []
        for at, (_, _, listed) in enumerate(self.classes):
            members: Json = listed
            for left, subsets, after in self.choices(at, state):  # noqa: B007 (used after the break)
                onward = self.ways[at + 1].get(after, 0)
                if index < subsets * onward:
                    break
                index -= subsets * onward
            within, index = divmod(index, onward)
            state = after
            for size in range(left, 0, -1):
                member = bisect_right(range(len(members)), within, key=partial(below, size)) - 1
                panel.append(members[member])
                within -= comb(member, size)
        return panel


class Draw(base.Draw):
    """A certificate of format 2, to be checked step by step."""

    def __init__(self, certificate: Json) -> None:
        self.file, self.declaration, self.pool = certificate, certificate["declaration"], certificate["pool"]
        self.hashing, self.rule = self.declaration["hashing"], self.declaration["rule"]
        self.panels: Panels = Panels(certificate)
        self.tagged = partial(base.tagged, self.hashing)

    def check_places(self) -> str:
        """Every number that is named stands where it is said to stand, in the tree of its kind."""
        named = {recusal["candidate"] for recusal in self.rule["recusals"]} | set(self.file["panel"])
        base.same("$.pool.members", sorted(named), sorted(at["candidate"] for at in self.pool["members"]))
        for number, at in enumerate(self.pool["members"]):
            base.demand(at["kind"] < len(self.pool["kinds"]), f"$.pool.members.{number}.kind", "无此类", "is no kind")
            self.check_place(f"$.pool.members.{number}", at, self.pool["kinds"][at["kind"]])
        return f"{len(named)} 个编号各在其位 · every number named stands at its place in its kind"

    def check_place(self, place: str, at: Json, kind: Json) -> None:
        """One number: its block, and the path from the block to the root of its kind."""
        base.demand(at["place"] < kind["count"], f"{place}.place", "超出人数", "is beyond the kind's count")
        leaf, leaves, path = at["place"] // BLOCK, -(-kind["count"] // BLOCK), iter(at["path"])
        base.same(f"{place}.block", min(BLOCK, kind["count"] - leaf * BLOCK), len(at["block"]))
        base.same(f"{place}.candidate", at["block"][at["place"] % BLOCK], at["candidate"])
        node = self.tagged("leaf", base.canonical(at["block"]))
        while leaves > 1:
            if leaf ^ 1 < leaves:  # else the last of an odd layer goes up alone
                beside = bytes.fromhex(next(path, ""))
                node = self.tagged("node", *((beside, node) if leaf % 2 else (node, beside)))
            leaf, leaves = leaf // 2, -(-leaves // 2)
        base.demand(next(path, None) is None, f"{place}.path", "过长", "is too long")
        base.same(f"{place}.path", kind["root"], node.hex())

    def check_declaration(self) -> str:
        """Kinds, those left out, F, every probability, every earlier attempt are what was published before."""
        declared, rule, kinds, head = self.declaration, self.rule, self.pool["kinds"], b""
        counted = sum(kind["count"] for kind in kinds)
        digest = self.tagged("pool", base.canonical(kinds)).hex()
        base.same("$.declaration.pool", {"form": "kinds", "count": counted, "digest": digest}, declared["pool"])
        most = max([rule["per_department"], *(least["count"] for least in rule["minimums"])])
        base.demand(most <= rule["seats"], "$.declaration.rule", "规则超出席位", "asks for more than there are seats")
        base.same("$.declaration.ineligible", list(left_out(kinds, rule)), declared["ineligible"])
        base.same("$.declaration.panels", str(self.panels.count), declared["panels"])
        base.demand(self.panels.count > 0, "$.declaration.panels", "没有合法组合", "there is no lawful panel")
        base.same("$.declaration.inclusion", self.panels.inclusion(), declared["inclusion"])
        base.same("$.declaration.snapshot", None, declared["snapshot"])
        for attempt in self.file["earlier"]:
            head = self.tagged("attempt", head, base.canonical(attempt))
        base.same("$.declaration.attempt", len(self.file["earlier"]) + 1, declared["attempt"])
        base.same("$.declaration.previous", head.hex() or None, declared["previous"])
        return (
            f"名录 {counted} 项 {len(kinds)} 类，概率、此前抽取相符 · kinds, F, chances, earlier attempts as published"
        )

    def check_panel(self) -> str:
        """The panel is the one that the seed points to."""
        index = base.index_below(self.hashing, bytes.fromhex(self.file["seed"]), self.panels.count)
        base.same("$.index", str(index), self.file["index"])
        standing = {whereabouts(at): at["candidate"] for at in self.pool["members"]}
        panel = sorted(str(standing.get(place, place)) for place in self.panels.places(index))
        base.same("$.panel", panel, self.file["panel"])
        return "名单即种子所指的合法组合 · the panel is the lawful panel that the seed points to"


def left_out(kinds: Json, rule: Json) -> Iterator[Json]:
    """The kinds that may not be drawn, then the numbers that may not."""
    for number, kind in enumerate(kinds):
        out = base.why_ineligible({**kind, "id": ""}, rule)
        if out:
            yield {"kind": number, "cause": out["cause"], "code": out["code"]}
    for recusal in rule["recusals"]:
        yield {"candidate": recusal["candidate"], "cause": "recused", "code": recusal["reason"]}


def check_list(certificate: Json, listing: str) -> str:
    """The published list has exactly the kinds that were declared, and nobody in it twice."""
    kinds, hashing = certificate["pool"]["kinds"], certificate["declaration"]["hashing"]
    members: list[list[str]] = [[] for _ in kinds]
    for line in listing.splitlines():
        number, _, candidate = line.partition(" ")
        base.demand(number.isdigit() and int(number) < len(kinds), f"list: {line[:80]}", "无此类", "is of no kind")
        members[int(number)].append(candidate)
    everyone = {candidate for listed in members for candidate in listed}
    base.same("list", sum(kind["count"] for kind in kinds), len(everyone))
    for place, (kind, listed) in enumerate(zip(kinds, members, strict=True)):
        base.demand(listed == sorted(listed), f"list: kind {place}", "顺序错误", "is out of order")
        base.same(f"$.pool.kinds.{place}.root", root(hashing, listed), kind["root"])
    return f"公布的名录 {len(everyone)} 个编号与各类相符 · the published list is the one that was committed"


def root(hashing: str, listed: list[str]) -> str:
    """The root of the tree over the numbers of one kind."""
    starts = range(0, len(listed), BLOCK)
    layer = [base.tagged(hashing, "leaf", base.canonical(listed[start : start + BLOCK])) for start in starts]
    while len(layer) > 1:
        pairs = [layer[at : at + 2] for at in range(0, len(layer), 2)]
        layer = [base.tagged(hashing, "node", *pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return layer[0].hex() if layer else ""


def read(raw: bytes) -> Json:
    """The certificate's object, if the file is written in the one canonical way. Raises base.Rejected."""
    try:
        certificate = json.loads(raw.decode())
        written = base.canonical(certificate)
    except (ValueError, RecursionError) as error:
        raise base.Rejected("byte 0: 不是 UTF-8 JSON · the file is not JSON in UTF-8") from error
    at = next((at for at, (found, right) in enumerate(zip(raw, written, strict=False)) if found != right), len(written))
    base.demand(written == raw, f"byte {at}", "不是规范 JSON", "the file is not canonical JSON")
    return certificate


def verify(raw: bytes, key: str | None = None) -> tuple[Json, list[str]]:
    """Check a certificate file of format 2. Raises base.Rejected or base.NoVerdict."""
    certificate = read(raw)
    version = certificate.get("format") if isinstance(certificate, dict) else None
    if version != CERTIFICATE["format"]:
        raise base.NoVerdict(f"$.format: 本程序只识格式 2 · this program knows format 2 only, not {version}")
    base.conform("$", CERTIFICATE, certificate)
    found = certificate["declaration"]["vrf_key"]
    base.same("$.declaration.vrf_key", (key or found).lower(), found)
    draw = Draw(certificate)
    return certificate, [draw.check_declaration(), draw.check_places(), draw.check_chain(), draw.check_panel()]


def main() -> int:
    """Read the command line, print the verdict, return the exit code."""
    parser = argparse.ArgumentParser(description="长名录抽签证书独立核验 · check a long draw's certificate offline")
    parser.add_argument("certificate", help="证书文件 · the certificate file")
    parser.add_argument("--list", help="公布的名录 · the published list, a line `kind number` for each")
    parser.add_argument("--key", help="本机关公布的 VRF 公钥 · the bureau's published VRF key, hex")
    arguments = parser.parse_args()
    try:
        raw = Path(arguments.certificate).read_bytes()
        lines, code = [f"文件 file SHA-256 {hashlib.sha256(raw).hexdigest()}"], 0
        certificate, checked = verify(raw, arguments.key)
        if arguments.list:
            checked.append(check_list(certificate, Path(arguments.list).read_text(encoding="ascii")))
        lines += base.report(certificate, checked, arguments.key)
        if not arguments.list:
            not_seen = "各类全部编号（--list）· all numbers of each kind: give the published list by --list"
            lines.insert(-2, f"[未核验 not checked] {not_seen}")
    except base.Rejected as rejection:
        lines, code = [f"结论 verdict: 不成立 · REJECTED at {rejection}"], 1
    except (base.NoVerdict, OSError) as reason:
        lines, code = [f"结论 verdict: 无法核验 · NO VERDICT: {reason}"], 2
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode())
    return code


if __name__ == "__main__":
    sys.exit(main())
