"""The acts of proof: a draw that anyone can check offline, and journals that nobody can rewrite unseen (R28 to R30)."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from .stage import Stage, StoryBroken

_FIELDS: dict[str, tuple[str, ...]] = {
    "fire": ("消防", "结构"),
    "health": ("卫生", "环境"),
    "housing": ("结构", "消防"),
    "emergency": ("安全", "消防"),
}


async def draw_experts(stage: Stage, folder: Path) -> None:
    """Experts are filed, two are drawn, and the certificate is checked by one file of standard-library Python."""
    stage.narrator.chapter("七、随机抽取：人人可验  A draw that anyone can check (R28–R30)")
    for department, fields in _FIELDS.items():
        for name in fields:
            body: dict[str, Any] = {
                "pool": "survey",
                "department": department,
                "fields": [name],
                "qualifications": ["注册工程师"],
            }
            await stage.do("reviewer", "/expert/v1/experts", body, said=f"备案 {department} 专家（{name}）", expect=201)
    wanted = {
        "purpose": f"case/{stage.facts['case']['id']}", "pool": "survey", "seats": 2, "per_department": 1,
        "minimums": [{"of": "field", "name": "消防", "count": 1}],
    }  # fmt: skip
    drawn = await stage.do("approver", "/expert/v1/draws", wanted, said="公告并抽取两名勘验专家", expect=201)
    stage.narrator.note(
        f"合法组合 {drawn['panels']} 种，抽中 {'、'.join(drawn['panel'])}；"
        f"保证等级 {drawn['assurance_level']}（仅服务器可验证随机）"
    )
    certificate, verifier = folder / "certificate.json", folder / "verify_draw.py"
    path = f"/expert/v1/draws/{drawn['id']}/certificate"
    certificate.write_bytes(await stage.file(path))
    verifier.write_bytes(await stage.file("/expert/v1/verify_draw.py"))
    stage.narrator.note(f"证书 {certificate}")
    code, told = await _run(verifier, certificate)
    if code != 0:
        raise StoryBroken(f"the certificate was not verified: {told[-400:]}")
    stage.check(code == 0, "单个标准库文件离线核验通过（python3 -I verify_draw.py）")
    forged = folder / "forged.json"
    forged.write_bytes(certificate.read_bytes().replace(drawn["panel"][0].encode(), b"e-000009", 1))
    code, _ = await _run(verifier, forged)
    stage.check(code != 0, "改动一处的证书被拒绝")
    forged.unlink()


async def verify_journals(stage: Stage) -> None:
    """Every service's journal is whole, each row chained to the one before."""
    stage.narrator.chapter("八、日志链：逐条可核  Every journal chain is whole")
    for service in stage.urls:

        async def sealed(service: str = service) -> Any:
            chain = await stage.read("auditor", f"/{service}/v1/journal/chain")
            return chain if chain["unsealed"] == 0 else None

        chain = await stage.heard(sealed, service=service, said="日志已封链")
        stage.check(chain["broken_at"] is None, f"{service}：{chain['rows']} 条，链首 {chain['head'][:16]}…")


async def _run(verifier: Path, certificate: Path) -> tuple[int, str]:
    """The verifier as a stranger would run it: no environment, no packages of ours."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(verifier), str(certificate),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate()
    return process.returncode or 0, told.decode()
