"""When may a matter be opened, written on, or answered with a letter?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shenguan_chassis.refusals import Refusal

from .contract import LetterSent, MatterNoted, MatterOpened

MOST_NOTES = 1_000_000


class MatterFull(Refusal, rule="bench"):
    """批注已满：请另立事项。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """事项: something that a department answers for."""

    id: UUID
    version: int = 0
    department: str
    title: str
    request: str
    notes: int = 0
    remark: str = ""
    opened_at: datetime

    @classmethod
    def first(cls, opened: MatterOpened) -> Matter:
        """The matter as its opening makes it."""
        return cls(
            id=opened.matter_id,
            department=opened.department,
            title=opened.title,
            request=opened.request,
            opened_at=opened.opened_at,
        )

    def apply(self, noted: MatterNoted) -> Matter:
        """The matter with its newest remark."""
        return replace(self, notes=noted.notes, remark=noted.remark)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """函件: a letter that belongs to a matter."""

    id: UUID
    version: int = 0
    matter_id: UUID
    department: str
    text: str
    sent_at: datetime

    @classmethod
    def first(cls, sent: LetterSent) -> Letter:
        """The letter as it was sent."""
        return cls(
            id=sent.letter_id,
            matter_id=sent.matter_id,
            department=sent.department,
            text=sent.text,
            sent_at=sent.sent_at,
        )


def open_(matter_id: UUID, department: str, title: str, request: str, *, at: datetime) -> MatterOpened:
    """Open a matter."""
    return MatterOpened(matter_id=matter_id, department=department, title=title, request=request, opened_at=at)


def note(matter: Matter, remark: str, *, at: datetime) -> MatterNoted:
    """Write on a matter."""
    _refuse_full(matter)
    return MatterNoted(
        matter_id=matter.id, department=matter.department, remark=remark, notes=matter.notes + 1, noted_at=at
    )


def send(letter_id: UUID, matter: Matter, text: str, *, at: datetime) -> LetterSent:
    """Send a letter about a matter that still takes some."""
    _refuse_full(matter)
    return LetterSent(letter_id=letter_id, matter_id=matter.id, department=matter.department, text=text, sent_at=at)


def _refuse_full(matter: Matter) -> None:
    if matter.notes >= MOST_NOTES:
        raise MatterFull(matter=matter.id)
