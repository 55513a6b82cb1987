"""Which legal clocks does the product keep? The page `docs/duties.md`, as a lawyer reads it."""

from __future__ import annotations

from checks.facts import House
from notify_svc.duties.telling import limit_in_words
from notify_svc.duties.words import Deed, DutyRow

_INTRODUCTION = """\
# Duties 职责清单

Every clock that the law, the notice or an item sets, one row each. *Opened by* an event, it is to be *met* by another
within its *limit*; what *stops*, *lengthens* or *ends* it is said on the stream of the thing it is about. On the last
day (or so many working days before) a yellow card is shown; from the due instant on a red one, and the ladder is told:
liaison officer and lead at once, the principal head a working day later, the overseer after two. 及时 may be set by the
operator within the bounds that are given; an obligation keeps the edition it was born under. A *timer* has no bearer:
its end has effect by itself, and nobody is late.

The last day is not counted from the receipt day (民法典 art. 201) and ends at 24:00, or at the office's closing time
where it set `next_working_day` (art. 203). Only the special procedures of 行政许可法 art. 45 stop a clock, first
and last day of one included. An amendment of the calendar counts open obligations again; the earlier end is kept,
nobody becomes late by it, and whose lateness a day off that was entered late takes away is told so.
"""


def duties_page(house: House) -> str:
    """A section for each duty, in the order of the table."""
    return "\n".join([_INTRODUCTION, *map(_section, house.duties)])


def _section(row: DutyRow) -> str:
    facts = [
        ("limit 期限", limit_in_words(row.limit)),
        ("rests on 依据", row.source),
        ("bearer 承担", "timer 仅计时，无人承担" if row.timer else _bearer(row)),
        ("dormant 暂不产生", "no service says yet what meets it 尚无系统报送其履行" if row.dormant else ""),
        ("opened by 产生", f"`{row.opened_by.__name__}`, from `{row.since}`"),
        ("met by 履行", _events(row, Deed.MEET)),
        ("stopped by 中止", _events(row, Deed.SUSPEND)),
        ("goes on by 恢复", _events(row, Deed.RESUME)),
        ("lengthened by 延长", _events(row, Deed.EXTEND)),
        ("ended by 消灭", _events(row, Deed.CANCEL)),
        ("reminders 提醒（首次即黄牌）", "" if row.timer else _warning(row)),
        ("not applicable 不适用", "two persons of the bearer may find so 可由两人认定" if row.excusable else ""),
        ("otherwise 后果", row.consequence),
    ]
    told = [f"- {name}: {text}" for name, text in facts if text]
    return "\n".join([f"## {row.title} `{row.duty}`", "", *told, ""])


def _events(row: DutyRow, deed: Deed) -> str:
    return ", ".join(f"`{about.event.__name__}`" for does, about in row.touched_by if does is deed)


def _bearer(row: DutyRow) -> str:
    named = getattr(row.bearer, "code", None) or f"whom the event names as `{getattr(row.bearer, 'field', '')}`"
    owed_to = f", owed to each of `{getattr(row.owed_to, 'field', '')}`" if row.owed_to else ""
    return f"{named}{owed_to}"


def _warning(row: DutyRow) -> str:
    return ", ".join([_before(days) for days in row.reminders])


def _before(days: int) -> str:
    if not days:
        return "when the due day begins"
    return f"{days} working day{'s' if days > 1 else ''} before the due day"
