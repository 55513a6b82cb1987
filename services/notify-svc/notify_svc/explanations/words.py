"""In which Chinese words are states, special procedures and whole counts told?"""

from __future__ import annotations

from typing import Final

from shenguan_kernel.working_days.sentence import in_words

from ..obligations.rules import Obligation, ObligationState

PROCEDURES: Final = {
    "hearing": "听证",
    "bidding": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
}
"""The closed list of 行政许可法 art. 45."""

STATES: Final = {
    ObligationState.OPEN: "履行中",
    ObligationState.SUSPENDED: "中止",
    ObligationState.MET: "按期履行",
    ObligationState.MET_LATE: "逾期履行",
    ObligationState.OVERDUE: "逾期未履行",
    ObligationState.DEEMED: "期满",
    ObligationState.NOT_APPLICABLE: "不适用",
    ObligationState.CANCELLED: "已消灭",
}


def whole_sentence(obligation: Obligation, counted: str) -> str:
    """The count with what stopped and lengthened it."""
    return "".join([counted, *_pauses(obligation), *_extensions(obligation)])


def _pauses(obligation: Obligation) -> list[str]:
    return [
        f"因{PROCEDURES.get(pause.ground, pause.ground)}自{in_words(pause.since_on)}起中止"
        + (f"，至{in_words(pause.until_on)}止" if pause.until_on else "，尚未恢复")
        + "（行政许可法第四十五条）。"
        for pause in obligation.pauses
    ]


def _extensions(obligation: Obligation) -> list[str]:
    return [f"经批准延长{each.days}个工作日。" for each in obligation.extensions if each.days]
