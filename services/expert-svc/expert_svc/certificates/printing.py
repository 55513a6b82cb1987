"""What does a certificate say to a reader of paper? In Chinese, in order, with its level called what it is.

The print proves nothing by itself: it leads to the file, by the hash that its QR code carries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEVELS = (
    "零级：仅由服务器 VRF 证明。公告一经发布结果即不可改变，但持钥方在发布前可能试算过多份公告。",
    "一级：至少三个单位先承诺后公开随机数。只要其中一方诚实，任何人都不能左右结果。",
    "二级：在一级之上另有任何一方都不能控制的公共随机值。",
)
_GROUNDS = {"declined": "谢绝", "no_show": "无故缺席"}
_OUTCOMES = {"completed": "已抽取", "voided": "作废"}
_TRAITS = {"department": "部门", "field": "从事领域", "qualification": "资质"}


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the print."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str


@dataclass(frozen=True, slots=True)
class Print:
    """打印件: what stands on the paper, whether it becomes HTML or DOCX."""

    title: str
    facts: tuple[tuple[str, str], ...]
    level: str
    tables: tuple[Table, ...]
    check: tuple[str, ...]
    code: str
    """The text in the QR code."""


def code_of(draw: str, digest: str) -> str:
    """What the QR code carries: the draw, the SHA-256 of its certificate file, and where to check it."""
    return f"SHENGUAN-DRAW\nDRAW {draw}\nSHA256 {digest}\nCHECK /expert/v1/verify_draw.html"


def printed(certificate: Mapping[str, Any], digest: str) -> Print:
    """The print of a certificate whose file has this SHA-256 (hex)."""
    declared = certificate["declaration"]
    return Print(
        title="专家抽取证书（打印件）",
        facts=_facts(certificate, digest),
        level=LEVELS[declared["assurance_level"]],
        tables=(_panel(certificate), _replacements(certificate), _earlier(certificate)),
        check=(
            "本打印件不是证书本身，以 JSON 证书文件为准；文件的 SHA-256 须与二维码所载一致。",
            "在浏览器打开 /expert/v1/verify_draw.html（可离线保存使用），选择证书文件即可核验；"
            "或运行 python3 verify_draw.py 证书文件 --key 本机关公布的公钥。",
            "核验不能证明：公告是否先于抽取发布、有无未列入的抽取、编号对应何人、名单是否齐全。",
        ),
        code=code_of(declared["draw"], digest),
    )


def standing(certificate: Mapping[str, Any]) -> list[str]:
    """Who sits on the panel after every replacement, by number."""
    panel = set(certificate["panel"])
    for record in certificate["replacements"]:
        panel = panel - {record["candidate"]} | {record["replacement"]}
    return sorted(panel)


def _facts(certificate: Mapping[str, Any], digest: str) -> tuple[tuple[str, str], ...]:
    declared = certificate["declaration"]
    return (
        ("抽取编号", declared["draw"]),
        ("用途对象", declared["purpose"]),
        ("抽取次数", f"本次为第 {declared['attempt']} 次抽取，此前 {declared['attempt'] - 1} 次"),
        ("公告时间", f"{declared['declared_at']}（UTC）"),
        ("抽取规则", _rule(declared["rule"])),
        ("合法组合数", declared["panels"]),
        ("名单", f"共 {declared['pool']['count']} 人，{len(declared['ineligible'])} 人本次不参加"),
        ("随机数提供方", "、".join(declared["contributors"]) or "无"),
        ("公共随机源", _beacon(certificate)),
        ("现任名单", "、".join(standing(certificate))),
        ("证书文件 SHA-256", digest),
    )


def _rule(rule: Mapping[str, Any]) -> str:
    said = [f"{rule['seats']} 席，每部门至多 {rule['per_department']} 人"]
    said += [f"{_TRAITS[one['of']]}“{one['name']}”至少 {one['count']} 人" for one in rule["minimums"]]
    if rule["excluded_departments"]:
        said.append("不参加部门：" + "、".join(rule["excluded_departments"]))
    if rule["recusals"]:
        said.append(f"回避 {len(rule['recusals'])} 人")
    if rule["load_limit"] is not None:
        said.append(f"在办任务少于 {rule['load_limit']} 项")
    if rule["cooling_off"] is not None:
        said.append(f"{rule['cooling_off']} 及以后抽中过的不参加")
    return "；".join(said)


def _beacon(certificate: Mapping[str, Any]) -> str:
    beacon = certificate["declaration"]["beacon"]
    return "无" if beacon is None else f"{beacon['source']} 第 {beacon['round']} 期：{certificate['beacon']}"


def _panel(certificate: Mapping[str, Any]) -> Table:
    department = {one["id"]: one["department"] for one in certificate["pool"]}
    likes = certificate["declaration"]["inclusion"]
    chance = {one: like["probability"] for like in likes for one in like["candidates"]}
    rows = [(one, department[one], chance[one]) for one in certificate["panel"]]
    return Table("抽中名单", ("编号", "部门", "公布的入选概率"), tuple(rows), "无")


def _replacements(certificate: Mapping[str, Any]) -> Table:
    rows = [
        (f"第 {number} 次", one["candidate"], _GROUNDS.get(one["ground"], one["ground"]), one["replacement"])
        for number, one in enumerate(certificate["replacements"], start=1)
    ]
    return Table("补抽", ("次序", "离任", "事由", "补抽"), tuple(rows), "没有补抽")


def _earlier(certificate: Mapping[str, Any]) -> Table:
    rows = [
        (
            f"第 {number} 次",
            _OUTCOMES.get(one["outcome"], one["outcome"]),
            "、".join(one["panel"]) or "未抽出",
            one["reason"] or "",
            one["certificate"] or "",
        )
        for number, one in enumerate(certificate["earlier"], start=1)
    ]
    return Table("此前各次抽取", ("次序", "结果", "名单", "作废理由", "证书 SHA-256"), tuple(rows), "这是第一次抽取")


def cells(table: Table) -> Sequence[tuple[str, ...]]:
    """A table's rows, heads first."""
    return [table.heads, *table.rows]
