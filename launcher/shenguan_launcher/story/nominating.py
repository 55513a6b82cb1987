"""The act of nominations: a window, the notice's own form, a second person's confirmation (R28, R29, R34)."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any, Final

from expert_svc.annexes.columns import Annex
from expert_svc.annexes.writing import workbook_of

from .stage import Stage

_NAMED: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "fire": (("示例专家甲", "消防", "13900000011"), ("示例专家乙", "结构", "13900000012")),
    "health": (("示例专家丙", "卫生", "13900000013"), ("示例专家丁", "环境", "13900000014")),
}
"""Whom each department names: invented people, their fields of work, numbers that nobody has."""
_QUALIFIED: Final = [{"number": number, "qualifications": [{"name": "注册工程师"}]} for number in (1, 2)]


async def nominate_experts(stage: Stage) -> None:
    """Two departments fill annex 3 in, their leads confirm, the bureau files."""
    window = await stage.do(
        "reviewer",
        "/expert/v1/nomination-windows",
        {
            "title": "示例专家推荐",
            "departments": sorted(_NAMED),
            "closes_on": (stage.today() + timedelta(days=2)).isoformat(),
            "think_tank": {"least": 0, "most": 3},
        },
        said="开放专家推荐，后日 15:00 截止",
        expect=201,
    )
    for department in _NAMED:
        await _nominate(stage, window, department)
    waiting = await stage.read("reviewer", "/expert/v1/experts", state="nominated")
    for expert in waiting["items"]:
        said = f"备案 {expert['department']} 专家 {expert['expert_no']}"
        await stage.do("reviewer", f"/expert/v1/experts/{expert['id']}/file", said=said)


async def _nominate(stage: Stage, window: Any, department: str) -> None:
    lines = tuple(
        (number, name, "45", field, None, mobile, None, None)
        for number, (name, field, mobile) in enumerate(_NAMED[department], 1)
    )
    workbook = workbook_of(Annex.ANNEX_3, department, stage.today().isoformat(), lines)
    filled = {"annex": Annex.ANNEX_3, "workbook": b64encode(workbook).decode(), "beside": _QUALIFIED}
    path = f"/expert/v1/nomination-windows/{window['id']}/annexes"
    sub_list = await stage.do(
        f"{department}-liaison", path, filled, said=f"{department} 以附件三报送两名勘验专家", expect=201
    )
    confirm = {"digest": sub_list["digest"]}
    path = f"/expert/v1/sub-lists/{sub_list['id']}/confirm"
    await stage.do(f"{department}-lead", path, confirm, said=f"{department} 联络负责人确认名单摘要")
