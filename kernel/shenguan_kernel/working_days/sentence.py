"""How does a count read in one Chinese sentence, for letters, prints and screens?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from shenguan_kernel.working_days.explanation import Counted, ExplainedDay, Reason
from shenguan_kernel.working_days.festivals import holiday_name
from shenguan_kernel.working_days.limits import AfterHours, Unit

_WEEKDAYS: Final = "一二三四五六日"
_SKIPPED: Final = {Reason.WEEKEND: "双休日", Reason.DAY_OFF: "放假", Reason.SUSPENDED: "中止期间"}
_UNITS: Final = {Unit.WORKING_DAY: "个工作日", Unit.CALENDAR_DAY: "日"}


def sentence(counted: Counted, days: Sequence[ExplainedDay]) -> str:
    """Start, limit, end, what was skipped on the way, and whether the end may still move."""
    start = f"自{in_words(counted.start_on)}起算，当日不计入"
    if counted.start_on != counted.received_on:
        start = f"{in_words(counted.received_on)}下班后收到，视为{in_words(counted.start_on)}收到，当日不计入"
    end = f"期限{counted.limit.days}{_UNITS[counted.limit.unit]}，至{in_words(counted.due_on)}{_hour(counted)}届满"
    return "".join([f"{start}；{end}。", _on_the_way(days), _may_move(days)])


def in_words(day: date) -> str:
    """`2026年3月6日（周五）`."""
    return f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def _hour(counted: Counted) -> str:
    if counted.hours.after_hours is AfterHours.SAME_DAY:
        return "24时"
    return f"{counted.hours.closes_at:%H:%M}下班时"


def _on_the_way(days: Sequence[ExplainedDay]) -> str:
    skipped = Counter(_skipped(day) for day in days if day.reason in _SKIPPED)
    reasons = Counter(day.reason for day in days)
    parts = [
        skipped and f"其间{'、'.join(f'{what}{n}天' for what, n in skipped.items())}不计入",
        (n := reasons[Reason.MAKE_UP_DAY]) and f"调休上班{n}天计入",
        (n := reasons[Reason.END_MOVED]) and f"末日逢休息日，顺延{n}天",
    ]
    said = "；".join(part for part in parts if part)
    return f"{said}。" if said else ""


def _skipped(day: ExplainedDay) -> str:
    return f"{holiday_name(day.day)}放假" if day.reason is Reason.DAY_OFF else _SKIPPED[day.reason]


def _may_move(days: Sequence[ExplainedDay]) -> str:
    years = sorted({day.day.year for day in days if day.provisional})
    if not years:
        return ""
    return f"{'、'.join(map(str, years))}年放假安排尚未公布，暂按推算，公布后重算。"
