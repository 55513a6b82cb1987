"""What does a command leave in the journal? One row: audit trail and replayed answer at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from ..identity.caller import Caller


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedAtTheDoor:
    """A refusal of a known caller that no command's desk said: `asked` is the method and the pattern of the path."""

    caller: Caller
    asked: str
    subject: str | None
    status: int
    code: str
    trace: str | None

    def row(self, at: datetime, legal_at: datetime) -> JournalRow:
        """Its row: nothing in it is the caller's own words."""
        caller = self.caller
        return JournalRow(
            at=at,
            legal_at=legal_at,
            person=caller.person,
            organisation=caller.organisation,
            department=caller.department,
            roles=sorted(caller.roles),
            command=self.asked,
            subject=self.subject,
            version=None,
            idem_key=None,
            body_hash=None,
            status=self.status,
            code=self.code,
            answer=b"",
            trace=self.trace,
        )
