"""Who is told that a duty is overdue, and when?"""

from __future__ import annotations

from typing import Final

from shenguan_contracts.types import Post

from .words import Rung

TO_THE_TOP: Final = (
    Rung(Post.LIAISON_OFFICER, 0),
    Rung(Post.LIAISON_LEAD, 0),
    Rung(Post.PRINCIPAL_HEAD, 1),
    Rung(Post.OVERSEER, 2),
)
"""逐级提醒: officer and lead when it is overdue, the principal head one working day later, the overseer after two.

The notice sets no days for the ladder; it ends at the first in command and the staffing office (R10, R35).
"""

NOBODY: Final[tuple[Rung, ...]] = ()
"""A timer has nobody who could be late."""
