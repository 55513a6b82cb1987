"""Did it happen as this bundle says? 证据包独立核验程序: python3 verify_evidence.py bundle.zip [--keys keys.json].

One file, standard library only, sharing no code with the services that gave the evidence. It recomputes every hash
(SM3, SHA-256), every way from an entry to a signed head, every signature (Ed25519), and compares the heads with those
that the other services witnessed. `--keys` is what GET /<service>/v1/journal/keys told, by service: without it the keys
shown must be compared by hand with the published ones.
Exit: 0 all holds (成立), 1 rejected, and the place is named (不成立), 2 no verdict (无法核验).
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

Json = Any
FORMAT, PART = "shenguan-evidence/1", "shenguan-evidence-part/1"
MANIFEST, README, VERIFIER = "manifest.json", "README.txt", "verify_evidence.py"


class Rejected(Exception):
    """The bundle does not hold: where, and why in Chinese and English."""

    def __init__(self, place: str, chinese: str, english: str) -> None:
        super().__init__(f"{place}: {chinese} · {english}")
        self.place = place


# ---- 1. The file: one way to write it, so that every byte means something ------------------------------------
def canonical(value: Json) -> bytes:
    """The one way to write a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def packed(files: dict[str, bytes]) -> bytes:
    """The one way to put files into a zip: stored, by name, without a date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            bundle.writestr(info, files[name])
    return out.getvalue()


def unpacked(raw: bytes) -> dict[str, bytes]:
    """The files of a bundle; raises Rejected for any that `packed` would not have written so."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as bundle:
            names = [info.filename for info in bundle.infolist()]
            files = {}
            for name in names:
                try:
                    files[name] = bundle.read(name)
                except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError) as error:
                    raise Rejected(name, "文件已损坏", "the file is damaged") from error
    except Rejected:
        raise
    except Exception as error:  # allow broad-except: a zip that was tampered with fails in any way the library knows
        raise Rejected("zip", "不是完好的 zip 文件", "not a whole zip file") from error
    if packed(files) != raw:
        raise Rejected("zip", "容器被改动", "the container was altered")
    return files


def read(name: str, raw: bytes) -> Json:
    """The value of a file that is written in the one way."""
    try:
        value = json.loads(raw.decode())
        written = canonical(value)
    except (ValueError, RecursionError) as error:
        raise Rejected(name, "不是 UTF-8 JSON", "not JSON in UTF-8") from error
    if written != raw:
        raise Rejected(name, "不是规范写法", "not written in the canonical way")
    return value


# ---- 2. Hashes ----------------------------------------------------------------------------------------------
def _turn(value: int, by: int) -> int:
    by %= 32
    return ((value << by) | (value >> (32 - by))) & 0xFFFFFFFF if by else value


def sm3(data: bytes) -> bytes:
    """GB/T 32905-2016, from the standard's own text."""
    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + (len(data) * 8).to_bytes(8, "big")
    for at in range(0, len(padded), 64):
        w = [int.from_bytes(padded[at + i : at + i + 4], "big") for i in range(0, 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ _turn(w[j - 3], 15)
            w.append(x ^ _turn(x, 15) ^ _turn(x, 23) ^ _turn(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            t = 0x79CC4519 if j < 16 else 0x7A879D8A
            ss1 = _turn((_turn(a, 12) + e + _turn(t, j)) & 0xFFFFFFFF, 7)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
            tt1 = (ff + d + (ss1 ^ _turn(a, 12)) + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            tt2 = (gg + h + ss1 + w[j]) & 0xFFFFFFFF
            a, b, c, d = tt1, a, _turn(b, 9), c
            e, f, g, h = tt2 ^ _turn(tt2, 9) ^ _turn(tt2, 17), e, _turn(f, 19), g
        state = [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True)]
    return b"".join(part.to_bytes(4, "big") for part in state)


def sha256(data: bytes) -> bytes:
    """FIPS 180-4."""
    return hashlib.sha256(data).digest()


HASHES = {"sm3": sm3, "sha256": sha256}

# ---- 3. Ed25519, as RFC 8032 section 6 writes it ------------------------------------------------------------
_P = 2**255 - 19
_Q = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    g, h = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % _P, k * m % _P, j * k % _P, i * m % _P


def _times(n: int, point: Point) -> Point:
    sum_: Point = (0, 1, 1, 0)
    while n:
        if n & 1:
            sum_ = _add(sum_, point)
        point, n = _add(point, point), n >> 1
    return sum_


def _x_of(y: int, sign: int) -> int | None:
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (not x and sign):
        return None
    return _P - x if x & 1 != sign else x


def _point(raw: bytes) -> Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = _x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % _P)


_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
_BASE: Point = (_x_of(_BASE_Y, 0) or 0, _BASE_Y, 1, (_x_of(_BASE_Y, 0) or 0) * _BASE_Y % _P)


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """True if the signature over the message is that key's."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = _point(key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= _Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _Q
    left, right = _times(s, _BASE), _add(r, _times(k, a))
    same_x = (left[0] * right[2] - right[0] * left[2]) % _P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % _P == 0


# ---- 4. Heads and the way to them ---------------------------------------------------------------------------
_STATEMENT = re.compile(
    r"shenguan-journal-head/1\nsource (?P<source>urn:shenguan:[0-9]{6}:[a-z]+)\nseal (?P<seal>[1-9][0-9]*)\n"
    r"entries (?P<first>[1-9][0-9]*)-(?P<last>[1-9][0-9]*)\nalgorithm (?P<algorithm>sm3|sha256)\n"
    r"root (?P<root>[0-9a-f]{64})\nprevious (?P<previous>[0-9a-f]{64})\nback (?P<back>[0-9a-f]{64})\n"
    r"sealed (?P<sealed>\S+)\n"
)


def statement_of(place: str, text: str) -> dict[str, Any]:
    """What a seal says, and the hash of it."""
    found = _STATEMENT.fullmatch(text)
    if found is None:
        raise Rejected(place, "不是封存声明", "not the statement of a seal")
    said: dict[str, Any] = found.groupdict()
    numbers = {name: int(said[name]) for name in ("seal", "first", "last")}
    return {**said, **numbers, "head": HASHES[said["algorithm"]](text.encode()).hex()}


def back_of(number: int) -> int:
    """The seal further back that a seal names: its number without the least weight of its greedy sum of 2^k - 1."""
    rest = weight = number
    while rest > 0:
        weight = 1
        while 2 * weight + 1 <= rest:
            weight = 2 * weight + 1
        rest -= weight
    return number - weight


def chain_of(place: str, texts: list[str]) -> dict[int, dict[str, Any]]:
    """The statements by seal, each named by one before it; the first is the newest."""
    chain: dict[int, dict[str, Any]] = {}
    expected: dict[int, str] = {}
    for text in texts:
        said = statement_of(place, text)
        seal = said["seal"]
        if chain and expected.get(seal) != said["head"]:
            raise Rejected(f"{place} seal {seal}", "与其后的封存不相连", "no later seal names it")
        chain[seal] = said
        for number, head in ((seal - 1, said["previous"]), (back_of(seal), said["back"])):
            if expected.setdefault(number, head) != head:
                raise Rejected(f"{place} seal {seal}", "两处所记的链首不同", "two seals name different heads")
    return chain


def root_of(said: dict[str, Any], number: int, text: bytes, steps: list[str]) -> str | None:
    """The root that leads up from an entry, by RFC 9162; None if the way is not of the right length."""
    digest = HASHES[said["algorithm"]]
    hash_, index, last, rest = digest(b"\x00" + text), number - said["first"], said["last"] - said["first"], list(steps)
    while last > 0:
        if index % 2 or index < last:
            if not rest:
                return None
            step = bytes.fromhex(rest.pop(0))
            hash_ = digest(b"\x01" + step + hash_ if index % 2 else b"\x01" + hash_ + step)
        index, last = index // 2, last // 2
    return None if rest else hash_.hex()


# ---- 5. What one service gave -------------------------------------------------------------------------------
def check_part(name: str, given: Json, files: dict[str, bytes], keys: dict[str, set[str]] | None) -> dict[str, Any]:
    """A part that holds in itself: signed, all its entries under its head, no event missing between others."""
    part, key = given["part"], given["key"]
    if part["format"] != PART:
        raise Rejected(name, "格式版本不明", "a format that this program does not know")
    service = part["source"].rpartition(":")[2]
    if keys is not None and key not in keys.get(service, set()):
        raise Rejected(name, "签名公钥不是该服务公布的", "signed by a key that the service does not publish")
    if not is_signed(bytes.fromhex(key), signed_text(part), bytes.fromhex(given["signature"])):
        raise Rejected(name, "签名不符", "not what was signed")
    for file, digest in part["attachments"].items():
        path = f"attachments/{service}/{file}"
        if path not in files or hashlib.sha256(files[path]).hexdigest() != digest:
            raise Rejected(path, "附件缺失或被改动", "the attachment is missing or altered")
    chain = chain_of(name, part["statements"])
    if part["statements"]:
        newest = chain[max(chain)]
        if newest["source"] != part["source"]:
            raise Rejected(name, "链首属于别的服务", "the head is another service's")
        if not is_signed(bytes.fromhex(key), part["statements"][0].encode(), bytes.fromhex(part["head_signature"])):
            raise Rejected(name, "链首签名不符", "the head is not signed by that key")
    facts = [check_entry(name, part, entry, chain) for entry in part["entries"]]
    check_numbers(name, facts)
    return {"service": service, "part": part, "key": key, "chain": chain, "facts": facts}


def signed_text(part: Json) -> bytes:
    """What a service signs of its part."""
    return f"{PART}\n{hashlib.sha256(canonical(part)).hexdigest()}\n".encode()


def check_entry(name: str, part: Json, entry: Json, chain: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """An entry that is under the part's head and about what was asked."""
    place = f"{name} entry {entry['number']}"
    said = chain.get(entry["seal"])
    text = entry["text"].encode()
    if said is None or not said["first"] <= entry["number"] <= said["last"]:
        raise Rejected(place, "所属封存缺失", "its seal is not there")
    if root_of(said, entry["number"], text, entry["steps"]) != said["root"]:
        raise Rejected(place, "与封存时不一致", "not as it was sealed")
    head, _, body = text.partition(b"\n")
    facts: dict[str, Any] = json.loads(head)
    if facts["subject"] not in part["subjects"]:
        raise Rejected(place, "与所询对象无关", "about something else")
    if facts["entry"] == "event":
        envelope = json.loads(body)
        told = envelope["subject"], int(envelope["sequence"]), envelope["type"], envelope["source"]
        if told != (facts["subject"], facts["seq"], facts["type"], part["source"]):
            raise Rejected(place, "事件与其登记不一致", "the event is not what its entry says")
        facts["envelope"] = envelope
    return {**facts, "number": entry["number"], "seal": entry["seal"]}


def check_numbers(name: str, facts: list[dict[str, Any]]) -> None:
    """The events of a stream are numbered from 1 without a hole, and what rows say was done is among them."""
    numbers: dict[str, list[int]] = {}
    for fact in facts:
        if fact["entry"] == "event":
            numbers.setdefault(fact["subject"], []).append(fact["seq"])
    for subject, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            raise Rejected(f"{name} {subject}", "事件序号不连续：有事件被抽去", "an event of the stream is missing")
    for fact in facts:
        if fact["entry"] == "row" and (fact["version"] or 0) > len(numbers.get(fact["subject"], ())):
            raise Rejected(
                f"{name} entry {fact['number']}", "操作所生的事件缺失", "the event that it led to is missing"
            )


# ---- 6. What the services saw of each other -----------------------------------------------------------------
def check_witnesses(parts: dict[str, dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Of each service the newest seal that each other one witnessed; all of them are in its chain."""
    seen: dict[str, dict[str, int]] = {service: {} for service in parts}
    for witness, given in parts.items():
        for head in given["part"]["witnessed"]:
            said = statement_of(f"parts/{witness}.json witnessed", head["statement"])
            service = said["source"].rpartition(":")[2]
            place = f"parts/{witness}.json witnessed {service} seal {said['seal']}"
            if service not in parts:
                raise Rejected(f"parts/{service}.json", "该服务的部分缺失", "the part of this service is missing")
            if not is_signed(bytes.fromhex(head["key"]), head["statement"].encode(), bytes.fromhex(head["signature"])):
                raise Rejected(place, "见证的链首签名不符", "the witnessed head is not signed")
            if parts[service]["chain"].get(said["seal"], {}).get("head") != said["head"]:
                raise Rejected(place, "与见证的链首不一致", "not the head that was witnessed")
            seen[service][witness] = max(said["seal"], seen[service].get(witness, 0))
    return seen


# ---- 7. The whole bundle ------------------------------------------------------------------------------------
def check(raw: bytes, keys: dict[str, set[str]] | None = None) -> list[str]:
    """What holds, in lines for people; raises Rejected for the first thing that does not."""
    files = unpacked(raw)
    manifest = read(MANIFEST, files.get(MANIFEST, b""))
    try:
        return _checked(files, manifest, keys)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        kind = type(error).__name__
        raise Rejected("parts", "内容不完整或不合格式", f"not of the form it should have ({kind})") from error


def _checked(files: dict[str, bytes], manifest: Json, keys: dict[str, set[str]] | None) -> list[str]:
    if manifest.keys() != {"format", "subject", "files"} or manifest["format"] != FORMAT:
        raise Rejected(MANIFEST, "格式版本不明", "a format that this program does not know")
    listed = manifest["files"]
    for name in sorted({*files, *listed} - {MANIFEST}):
        if name not in listed or name not in files:
            raise Rejected(name, "文件缺失或多出", "missing, or not of the bundle")
        if hashlib.sha256(files[name]).hexdigest() != listed[name]:
            raise Rejected(name, "文件被改动", "the file was altered")
    parts = {}
    for name in sorted(name for name in files if name.startswith("parts/")):
        found = check_part(name, read(name, files[name]), files, keys)
        if name != f"parts/{found['service']}.json" or found["part"]["subjects"][0] != manifest["subject"]:
            raise Rejected(name, "属于另一证据包", "of another bundle")
        parts[found["service"]] = found
    allowed = {README, VERIFIER, *(f"parts/{service}.json" for service in parts)}
    allowed |= {f"attachments/{s}/{name}" for s, given in parts.items() for name in given["part"]["attachments"]}
    for name in sorted(listed.keys() - allowed):
        raise Rejected(name, "不属于证据包", "not of the bundle")
    seen = check_witnesses(parts)
    if files.get(README, b"").decode() != readme(manifest["subject"], {s: one["part"] for s, one in parts.items()}):
        raise Rejected(README, "说明与证据不符", "does not tell what the evidence says")
    return _verdict(parts, seen)


def _verdict(parts: dict[str, dict[str, Any]], seen: dict[str, dict[str, int]]) -> list[str]:
    lines = []
    for service, given in sorted(parts.items()):
        events = sum(fact["entry"] == "event" for fact in given["facts"])
        rows = len(given["facts"]) - events
        last = max((fact["seal"] for fact in given["facts"]), default=0)
        by = sorted(witness for witness, seal in seen[service].items() if seal >= last)
        told = f"见证 witnessed by {'、'.join(by)}" if by else "尚无其他服务见证 not witnessed yet"
        what = f"事件 {events} 件、日志 {rows} 条" if given["facts"] else "无相关记录"
        lines.append(f"{service}: {what}；{told if given['facts'] else ''} 公钥 key {given['key'][:16]}…")
    return lines


def readme(subject: str, parts: dict[str, Json]) -> str:
    """What people read first: what this is, how it is verified, and what happened, by time."""
    told = []
    for service, part in sorted(parts.items()):
        for entry in part["entries"]:
            head, _, body = entry["text"].partition("\n")
            facts = json.loads(head)
            if facts["entry"] == "event":
                envelope = json.loads(body)
                name = envelope["type"].split(".")[-2]
                told.append((envelope["time"], f"{service:<12} 事件 {name} {facts['subject']} #{facts['seq']}"))
            else:
                who = f"{facts['department'] or '-'} {'/'.join(facts['roles'])}"
                what = f"{facts['command']} {facts['subject']} {who} {facts['code'] or '办理'}"
                told.append((facts["legal_at"], f"{service:<12} 操作 {what}"))
    lines = "\n".join(f"{at[:19]:<20} {line}" for at, line in sorted(told))
    return f"""审管衔接 证据包  ·  evidence bundle
对象 subject: {subject}

本包由各服务分别导出、签名，记载该对象及其关联对象的全部事件与办理日志（含被拒绝的操作）。
parts/         各服务的部分：事件原文、日志原文、至签名链首的包含证明、所见证的其他服务链首
attachments/   附件：如抽取证书、时限说明
manifest.json  各文件的 SHA-256
核验 verify:   python3 -I verify_evidence.py <本文件 this file>   （仅需 Python 3.11+ 标准库，可离线）
请将核验程序显示的公钥与各服务公布的公钥（GET /<service>/v1/journal/keys）核对，或以 --keys 给出。

经过 what happened (UTC):
{lines}
"""


def main() -> int:
    """Verify the file named on the command line."""
    arguments = argparse.ArgumentParser(description="证据包独立核验")
    arguments.add_argument("bundle", type=Path)
    arguments.add_argument("--keys", type=Path, help='公布的公钥 {"approval": ["hex", …], …}')
    given = arguments.parse_args()
    try:
        raw = given.bundle.read_bytes()
        published = None if given.keys is None else json.loads(given.keys.read_text())
        keys = None if published is None else {name: set(known) for name, known in published.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        sys.stdout.write(f"无法核验 · no verdict: {type(error).__name__}\n")
        return 2
    try:
        lines = check(raw, keys)
    except Rejected as why:
        sys.stdout.write(f"不成立 · rejected\n{why}\n")
        return 1
    sys.stdout.write("\n".join(["成立 · holds", *lines]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
