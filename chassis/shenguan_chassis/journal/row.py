"""What does a command leave in the journal? One row: audit trail and replayed answer at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One command or one refusal of a known caller. `answer` is what the caller was told, `code` a refusal's."""

    at: datetime
    legal_at: datetime
    person: str
    organisation: str
    department: str | None
    roles: list[str]
    command: str
    subject: str | None
    version: int | None
    idem_key: str | None
    body_hash: bytes | None
    status: int
    code: str | None
    answer: bytes | None
    trace: str | None

    def values(self) -> list[Any]:
        """Its values in the order of JOURNAL_COLUMNS."""
        return list(_attributes(self))


JOURNAL_COLUMNS = tuple(field.name for field in fields(JournalRow))
_attributes = attrgetter(*JOURNAL_COLUMNS)
JOURNAL_TYPES = (
    "timestamptz",
    "timestamptz",
    "text",
    "text",
    "text",
    "text[]",
    "text",
    "text",
    "bigint",
    "text",
    "bytea",
    "int",
    "text",
    "bytea",
    "text",
)
