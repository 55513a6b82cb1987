"""What came of a call? An answer, or the reason why there was none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answered:
    """The receiver's answer: its status, when it may be asked again (seconds, if it says so), how it begins."""

    status: int
    retry_after: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """There was no answer; `code` says why."""

    code: str


Outcome = Answered | Unreachable
