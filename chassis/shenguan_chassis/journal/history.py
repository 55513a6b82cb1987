"""What happened to one aggregate, and who did it? For those who may see the aggregate itself.

A department's reader sees what was done, when and by which office, and the persons of its own office; refusals, and
every person, are for auditors.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import MetaData

from ..identity.powers import AUDITING
from ..listing.cursor import cursor, place
from ..reading import Read
from ..refusals import NotFound
from ..store import Stored, of_noun

_ROWS = """
SELECT id, at, legal_at, person, organisation, department, roles, command, version, status, code FROM journal
WHERE subject = $1 AND id > $2 AND (status < 400 OR $3) ORDER BY id LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """An aggregate by its stream's name, `case/0198…`."""

    noun: str
    id: UUID

    @classmethod
    def read(cls, text: str) -> Subject:
        """The subject of a text; raises NotFound for what names none."""
        noun, _, key = text.partition("/")
        try:
            found = UUID(key)
        except ValueError:
            raise NotFound from None
        if str(found) != key:
            raise NotFound
        return cls(noun, found)

    def __str__(self) -> str:
        return f"{self.noun}/{self.id}"


def kind_of(noun: str, tables: Collection[MetaData]) -> Stored | None:
    """The aggregates of that name in one service, which is told by its tables."""
    return next((stored for stored in of_noun(noun) if stored.table.metadata in tables), None)


async def rows_of(
    read: Read, tables: Collection[MetaData], subject: Subject, after: str | None, limit: int
) -> tuple[list[dict[str, object]], str | None]:
    """What happened to an aggregate of the reader's, the oldest first, and where the next page begins.

    Raises NotFound for an aggregate that is not there or not the reader's, and BadCursor.
    """
    stored = kind_of(subject.noun, tables)
    if stored is None:
        raise NotFound
    await read.get(stored.kind, subject.id)
    audits = read.caller is not None and AUDITING in read.caller.duties
    bound_to = str(subject).encode()
    since = place(read.keys, bound_to, after, [int])[0] if after else 0
    rows = await read.connection.fetch(_ROWS, str(subject), since, audits, limit + 1)
    more = cursor(read.keys, bound_to, [rows[limit - 1]["id"]]) if len(rows) > limit else None
    return [_told(dict(row), read, audits=audits) for row in rows[:limit]], more


def _told(row: dict[str, object], read: Read, *, audits: bool) -> dict[str, object]:
    """What this reader may know of a row."""
    own = read.caller is not None and row["department"] == read.caller.department
    return row if audits or own else {**row, "person": None}
