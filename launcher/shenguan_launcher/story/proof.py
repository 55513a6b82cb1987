"""The acts of proof: a draw that anyone can check offline, and journals that nobody can rewrite unseen (R28 to R30)."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..audit import verified
from ..chains import Chain
from ..evidence import Bundle, joined, verifier_source
from ..people import caller_of, person
from ..reaching import Reach, reached
from .nominating import nominate_experts
from .stage import Stage, StoryBroken

_FIELDS: dict[str, tuple[str, ...]] = {
    "housing": ("结构", "消防"),
    "emergency": ("安全", "消防"),
}

_CONTRIBUTORS = {"bureau": "reviewer", "fire": "fire-liaison", "health": "health-liaison"}
"""Whose randomness enters the draw, and who sends it."""
_AN_HOUR = timedelta(hours=1)


async def draw_experts(stage: Stage, folder: Path) -> None:
    """Experts are nominated and filed, two are drawn by three offices' numbers; one standard-library file checks it."""
    stage.narrator.chapter("八、随机抽取：人人可验  A draw that anyone can check (R28–R30)")
    await nominate_experts(stage)
    for department, fields in _FIELDS.items():
        for name in fields:
            body: dict[str, Any] = {
                "pool": "survey",
                "department": department,
                "fields": [name],
                "qualifications": ["注册工程师"],
            }
            await stage.do(
                "reviewer", "/expert/v1/experts", body, said=f"按纸质名单备案 {department} 专家（{name}）", expect=201
            )
    wanted = {
        "purpose": f"case/{stage.facts['case']['id']}", "pool": "survey", "seats": 2, "per_department": 1,
        "minimums": [{"of": "field", "name": "消防", "count": 1}], "contributors": sorted(_CONTRIBUTORS),
        "commit_by": (stage.legal() + _AN_HOUR).isoformat(), "reveal_by": (stage.legal() + 2 * _AN_HOUR).isoformat(),
    }  # fmt: skip
    declared = await stage.do("approver", "/expert/v1/draws", wanted, said="公告抽取两名勘验专家", expect=201)
    drawn = await _contributed(stage, declared, folder)
    stage.narrator.note(
        f"合法组合 {drawn['panels']} 种，抽中 {'、'.join(drawn['panel'])}；"
        f"保证等级 {drawn['assurance_level']}（三个部门各出随机数，一方诚实即无人能左右）"
    )
    drawn = await _reseated(stage, drawn)
    certificate, verifier = folder / "certificate.json", folder / "verify_draw.py"
    path = f"/expert/v1/draws/{drawn['id']}/certificate"
    certificate.write_bytes(await stage.file(path))
    verifier.write_bytes(await stage.file("/expert/v1/verify_draw.py"))
    stage.narrator.note(f"证书 {certificate}")
    code, told = await _run(verifier, certificate)
    if code != 0:
        raise StoryBroken(f"the certificate was not verified: {told[-400:]}")
    stage.check("补抽 1: " in told, "单个标准库文件离线核验通过，含补抽（python3 -I verify_draw.py）")
    forged = folder / "forged.json"
    forged.write_bytes(certificate.read_bytes().replace(drawn["panel"][0].encode(), b"e-000009", 1))
    code, _ = await _run(verifier, forged)
    stage.check(code != 0, "改动一处的证书被拒绝")
    forged.unlink()


async def _contributed(stage: Stage, declared: Any, folder: Path) -> Any:
    """Three offices bind themselves to numbers of their own making, then reveal them; the last one draws the panel."""
    path = f"/expert/v1/draws/{declared['id']}"
    program, declaration = folder / "contribute.py", folder / "declaration.json"
    program.write_bytes(await stage.file("/expert/v1/contribute.py"))
    declaration.write_bytes(await stage.file(f"{path}/declaration"))
    for department, who in _CONTRIBUTORS.items():
        declaration.with_suffix(f".{department}.number").unlink(missing_ok=True)
        code, told = await _run(program, "number", declaration, department)
        if code != 0:
            raise StoryBroken(f"no number was made: {told[-400:]}")
        body = {"commitment": told.split()[2]}
        await stage.do(who, f"{path}/commitments", body, said=f"{department} 提交随机数承诺")
    for department, who in _CONTRIBUTORS.items():
        number = declaration.with_suffix(f".{department}.number")
        body = {"number": number.read_text(encoding="utf-8").strip()}
        declared = await stage.do(who, f"{path}/reveals", body, said=f"{department} 公开随机数")
        number.unlink()
    return declared


async def _reseated(stage: Stage, drawn: Any) -> Any:
    """A member declines before two witnesses; the lot gives the seat anew, and the case shows who sits there now."""
    path, leaving = f"/expert/v1/draws/{drawn['id']}/declines", drawn["panel"][0]
    await stage.do("reviewer", path, {"expert": leaving}, said=f"{leaving} 谢绝，第一名见证人录入")
    now = await stage.do("approver", path, {"expert": leaving}, said=f"{leaving} 谢绝，第二名见证人录入，随即补抽")
    stage.check(
        leaving not in now["panel"] and now["replacements"] == 1, f"补抽第 1 次：现任 {'、'.join(now['panel'])}"
    )

    async def shown() -> Any:
        case = await stage.read("reviewer", f"/approval/v1/cases/{stage.facts['case']['id']}/panels")
        return [one["panel"] for one in case["panels"]] == [now["panel"]]

    await stage.heard(shown, service="approval", said="办件上可见现任专家组")
    return now


async def verify_journals(stage: Stage) -> None:
    """Every journal is whole, and what the others saw of it; and anyone can be shown what happened."""
    stage.narrator.chapter("九、日志与证据：逐条可核，互为见证  Journals and evidence")

    async def sealed() -> Any:
        chains = await asyncio.to_thread(_audited, stage)
        return chains if all(_is_witnessed(chain) for chain in chains.values()) else None

    chains = await stage.heard(sealed, service="approval", said="各服务日志已封链，链首已由其他服务见证")
    for service, chain in chains.items():
        seen = "、".join(chain.witnesses)
        stage.check(not chain.findings, f"{service}：{chain.entries} 条日志与事件完好，与 {seen} 见证的链首一致")


async def join_evidence(stage: Stage, folder: Path) -> None:
    """What happened to the case, from all four services in one file; one file of standard-library Python checks it."""
    subject = f"case/{stage.facts['case']['id']}"
    bundle = await asyncio.to_thread(_joined, stage, subject)
    path, verifier = folder / "evidence.zip", folder / "verify_evidence.py"
    path.write_bytes(bundle.raw)
    verifier.write_bytes(verifier_source())
    stage.narrator.note(f"证据包 {path}：{len(bundle.raw) >> 10} kB，办件及 {len(bundle.subjects) - 1} 个关联对象")
    code, told = await _run(verifier, path)
    stage.check(code == 0, f"单个标准库文件离线核验证据包通过（python3 -I {verifier.name}）")
    for line in told.splitlines()[1:]:
        stage.narrator.note(line)
    forged = folder / "forged.zip"
    middle = len(bundle.raw) // 2
    forged.write_bytes(bundle.raw[:middle] + bytes([bundle.raw[middle] ^ 1]) + bundle.raw[middle + 1 :])
    code, _ = await _run(verifier, forged)
    stage.check(code == 1, "改动一处的证据包被拒绝")
    forged.unlink()


def _audited(stage: Stage) -> dict[str, Chain]:
    with reached(_reach(stage)) as services:
        return verified(services)


def _joined(stage: Stage, subject: str) -> Bundle:
    with reached(_reach(stage)) as services:
        return joined(services, subject)


def _reach(stage: Stage) -> Reach:
    return Reach(stage.urls, stage.issuer.issue(caller_of(person("auditor"))))


def _is_witnessed(chain: Chain) -> bool:
    return chain.findings != [] or (not chain.unsealed and len(chain.witnesses) == 3)


async def _run(program: Path, *given: Path | str) -> tuple[int, str]:
    """One of the single files as a stranger would run it: no environment, no packages of ours."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(program), *map(str, given),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate()
    return process.returncode or 0, told.decode()
