"""In which words is somebody reminded? Texts from the files of `texts/`, in Chinese, with nothing personal in them.

The first line of a text is what it says in short: the subject of an e-mail, and its line where several go out together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from string import Template
from typing import Final
from uuid import UUID

from shenguan_kernel.working_days import SHANGHAI
from shenguan_kernel.working_days.sentence import in_words

from ..duties.views import row_of
from ..obligations.rules import Obligation
from .rules import Reminder

MOST_BYTES: Final = 1_800
"""Of a message: a robot of 企业微信 takes 2,048 bytes, and cuts off what is more."""
_SIGNED: Final = "——审管（审批与监管联动）"
_REASONS: Final = {"gone": "对方停用", "unreachable": "长期不通"}
_DOUBTS: Final = {"set_back": "被拨回", "long_away": "停机过久", "jumped": "跳变", "disagrees": "与数据库不一致"}


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out: its first line, and the rest. `lines` are the first lines of all that it says, in order."""

    title: str
    body: str
    lines: tuple[str, ...]


def message_of(
    reminders: Sequence[Reminder], obligations: Mapping[UUID, Obligation], offices: Mapping[str, str], place: str
) -> Message:
    """One message for all these reminders. `place` is the platform's web address, or empty."""
    texts = [text_of(one, _about(one, obligations), offices, place) for one in reminders]
    lines = tuple(text.partition("\n")[0] for text in texts)
    if len(set(texts)) == 1:
        title, _, body = texts[0].partition("\n")
        return Message(title, f"{body}\n{_SIGNED}", lines)
    said = [*dict.fromkeys(zip(lines, [reminder.obligation_id for reminder in reminders], strict=True))]
    listed = _listed([line for line, _ in said])
    title, _, body = _filled("together", {"count": str(len(said)), "lines": listed}).partition("\n")
    return Message(title, f"{body}\n{_link(None, place)}{_SIGNED}", lines)


def _about(reminder: Reminder, obligations: Mapping[UUID, Obligation]) -> Obligation | None:
    return None if reminder.obligation_id is None else obligations.get(reminder.obligation_id)


def text_of(reminder: Reminder, obligation: Obligation | None, offices: Mapping[str, str], place: str) -> str:
    """What one reminder says, by the facts as they stand."""
    known = {name: _worded(name, fact) for name, fact in reminder.facts.items()}
    if obligation is not None:
        known |= _of_obligation(obligation, offices)
    return _filled(reminder.occasion, known) + _link(obligation, place).rstrip("\n")


def _of_obligation(obligation: Obligation, offices: Mapping[str, str]) -> dict[str, str]:
    row = row_of(obligation.duty)
    return {
        "duty": row.title,
        "source": row.source,
        "consequence": row.consequence,
        "office": offices.get(obligation.department, obligation.department),
        "about": obligation.about,
        "due": due_words(obligation),
    }


def due_words(obligation: Obligation) -> str:
    """`2026年2月24日（周二）24时`."""
    local = obligation.due_at.astimezone(SHANGHAI)
    hour = f"{local:%H:%M}" if local.date() == obligation.due_on else "24时"
    return f"{in_words(obligation.due_on)}{hour}"


def _worded(name: str, fact: str) -> str:
    match name:
        case "before":
            return in_words(date.fromisoformat(fact))
        case "reason":
            return _REASONS.get(fact, fact)
        case "why":
            return _DOUBTS.get(fact, fact)
        case _:
            return fact


def _link(obligation: Obligation | None, place: str) -> str:
    if obligation is None:
        return f"{place}\n" if place else ""
    path = f"/notify/v1/obligations/{obligation.id}"
    return f"查看：{place.rstrip('/')}{path}\n" if place else f"义务编号：{obligation.id}\n"


def _listed(lines: Sequence[str]) -> str:
    """As many lines as fit, and how many are left."""
    shown: list[str] = []
    for number, line in enumerate(lines, 1):
        if len("\n".join([*shown, f"{number}. {line}"]).encode()) > MOST_BYTES * 2 // 3:
            return "\n".join([*shown, _filled("more", {"left": str(len(lines) - len(shown))}).rstrip("\n")])
        shown.append(f"{number}. {line}")
    return "\n".join(shown)


def _filled(name: str, known: Mapping[str, str]) -> str:
    return _template(name).substitute(known)


@lru_cache(maxsize=32)
def _template(name: str) -> Template:
    return Template(files(__package__).joinpath("texts", f"{name}.txt").read_text(encoding="utf-8"))
