"""How do the figures look? Plain SVG, drawn here: what is measured, what chance makes of it, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from .tables import Attempts, DepartmentShare, ExpertCount, RecusalCount

_ROW, _LABEL, _WIDTH, _TOP = 22, 150, 460, 56
_INSIDE, _OUTSIDE, _CHANCE = "#0969da", "#cf222e", "#8c959f"


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: what was counted, and where the published chances put it."""

    label: str
    value: float
    told: str
    expected: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def colour(self) -> str:
        """Red where the value lies outside its range."""
        inside = self.least is None or self.most is None or self.least <= self.value <= self.most
        return _INSIDE if inside else _OUTSIDE


def of_experts(counts: Sequence[ExpertCount]) -> str:
    """抽中次数 beside expectation and range."""
    rows = [
        Bar(one.expert_no, one.count.drawn, f"{one.count.drawn}", one.count.expected, one.count.least, one.count.most)
        for one in counts
    ]
    return picture("专家抽中次数", "圆点为实际次数，竖线为公布概率之和，灰带为 99% 精确范围，红色为超出", rows)


def of_departments(shares: Sequence[DepartmentShare]) -> str:
    """部门占比 beside the expected share."""
    rows = [
        Bar(one.department, float(one.share), f"{float(one.share):.1%}", float(one.expected_share)) for one in shares
    ]
    return picture("部门占比", "圆点为实际占比，竖线为按公布概率应有的占比", rows)


def of_subjects(attempts: Sequence[Attempts]) -> str:
    """事项抽取次数."""
    rows = [Bar(f"抽取 {one.attempts} 次", one.subjects, f"{one.subjects} 件") for one in attempts]
    return picture("每一事项的抽取次数", "抽取两次以上的，此前各次均已作废并列入证书", rows)


def of_recusals(recusals: Sequence[RecusalCount]) -> str:
    """回避次数."""
    grounds = {"declared": "本人声明", "relationship": "利害关系", "case": "曾参与"}
    rows = [
        Bar(f"{one.department} {grounds.get(one.ground, one.ground)}", one.recusals, f"{one.recusals}")
        for one in recusals
    ]
    return picture("回避次数", "按专家所属部门和回避依据", rows)


def picture(title: str, legend: str, bars: Sequence[Bar]) -> str:
    """A picture of rows under one scale that begins at nothing."""
    greatest = max((max(one.value, one.expected or 0, one.most or 0) for one in bars), default=0) or 1
    height = _TOP + _ROW * max(1, len(bars)) + 12
    rows = [_row(number, bar, _WIDTH / greatest) for number, bar in enumerate(bars)]
    empty = [] if bars else [f'<text x="12" y="{_TOP + 14}">暂无抽取记录</text>']
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LABEL + _WIDTH + 80}" height="{height}" role="img"'
            f' font-family="sans-serif" font-size="13" fill="#24292f">',
            f"<title>{escape(title)}</title><desc>{escape(legend)}</desc>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            f'<text x="12" y="22" font-size="16">{escape(title)}</text>',
            f'<text x="12" y="42" fill="#57606a">{escape(legend)}</text>',
            *rows,
            *empty,
            "</svg>\n",
        ]
    )


def _row(number: int, bar: Bar, scale: float) -> str:
    middle = _TOP + _ROW * number + _ROW // 2
    parts = [f'<text x="12" y="{middle + 4}">{escape(bar.label)}</text>']
    if bar.least is not None and bar.most is not None:
        left, width = _LABEL + bar.least * scale, max(2.0, (bar.most - bar.least) * scale)
        parts.append(f'<rect x="{left:.1f}" y="{middle - 6}" width="{width:.1f}" height="12" fill="#eaeef2"/>')
    if bar.expected is not None:
        parts.append(
            f'<rect x="{_LABEL + bar.expected * scale:.1f}" y="{middle - 8}" width="2" height="16" fill="{_CHANCE}"/>'
        )
    at = _LABEL + bar.value * scale
    parts.append(f'<circle cx="{at:.1f}" cy="{middle}" r="4" fill="{bar.colour}"/>')
    parts.append(f'<text x="{_LABEL + _WIDTH + 12}" y="{middle + 4}">{escape(bar.told)}</text>')
    return "".join(parts)
