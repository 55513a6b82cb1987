"""What does a tally count?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from bench.matters.contract import MatterNoted, TallyMoved


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """计数: how many remarks were heard of one matter."""

    id: UUID
    version: int = 0
    department: str
    heard: int = 0
    remark: str = ""

    def apply(self, moved: TallyMoved, noted: MatterNoted) -> Tally:
        """The tally one further."""
        return replace(self, heard=moved.heard, remark=noted.remark)


def move(tally: Tally, *, at: datetime) -> TallyMoved:
    """Count one more."""
    return TallyMoved(tally_id=tally.id, department=tally.department, heard=tally.heard + 1, moved_at=at)
