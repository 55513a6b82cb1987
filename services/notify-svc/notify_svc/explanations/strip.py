"""How does a count look? A strip of days as SVG: counted ones filled, skipped ones pale, the end marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from shenguan_kernel.working_days import ExplainedDay, Reason

_SIDE: Final = 34
_GAP: Final = 4
_PER_ROW: Final = 14
_HEAD: Final = 34
_LEFT: Final = 12
_COLOURS: Final = {
    Reason.START_DAY: "#d9d9d9",
    Reason.AFTER_HOURS: "#d9d9d9",
    Reason.WORKING_DAY: "#2f6f4f",
    Reason.CALENDAR_DAY: "#2f6f4f",
    Reason.MAKE_UP_DAY: "#1f4e79",
    Reason.WEEKEND: "#f0f0f0",
    Reason.DAY_OFF: "#f6d5d5",
    Reason.SUSPENDED: "#f3e2a9",
    Reason.END_MOVED: "#e6d8f0",
    Reason.NOTICE_DAY: "#b03a2e",
    Reason.EVENT_DAY: "#d9d9d9",
}
_DARK: Final = {Reason.WORKING_DAY, Reason.CALENDAR_DAY, Reason.MAKE_UP_DAY, Reason.NOTICE_DAY}


def strip(title: str, sentence: str, days: Sequence[ExplainedDay]) -> str:
    """The picture, which says the same as the sentence: title, one square per day with its reason as tooltip."""
    rows = max(1, -(-len(days) // _PER_ROW))
    width = _LEFT * 2 + _PER_ROW * (_SIDE + _GAP)
    height = _HEAD + rows * (_SIDE + _GAP) + 12
    squares = "".join(_square(place, day, last=place == len(days) - 1) for place, day in enumerate(days))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label={quoteattr(sentence)} '
        'font-family="Noto Sans CJK SC, Microsoft YaHei, sans-serif">'
        f"<title>{escape(sentence)}</title>"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
        f'<text x="{_LEFT}" y="22" font-size="14" fill="#222222">{escape(title)}</text>'
        f"{squares}</svg>"
    )


def _square(place: int, day: ExplainedDay, *, last: bool) -> str:
    x = _LEFT + place % _PER_ROW * (_SIDE + _GAP)
    y = _HEAD + place // _PER_ROW * (_SIDE + _GAP)
    ink = "#ffffff" if day.reason in _DARK else "#444444"
    edge = ' stroke="#b03a2e" stroke-width="2"' if last else ' stroke="#cccccc"'
    dashes = ' stroke-dasharray="3 2"' if day.provisional else ""
    number = "" if day.number is None else f'<text x="{x + 3}" y="{y + 30}" font-size="9">{day.number}</text>'
    return (
        f'<g fill="{ink}"><title>{day.day.isoformat()} {escape(day.text_zh)}</title>'
        f'<rect x="{x}" y="{y}" width="{_SIDE}" height="{_SIDE}" rx="4" '
        f'fill="{_COLOURS[day.reason]}"{edge}{dashes}/>'
        f'<text x="{x + _SIDE / 2}" y="{y + 18}" font-size="11" text-anchor="middle">{day.day:%m-%d}</text>'
        f"{number}</g>"
    )
