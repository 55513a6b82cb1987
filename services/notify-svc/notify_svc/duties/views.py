"""What does the table of duties tell readers and other slices?"""

from __future__ import annotations

from typing import Annotated, Any, Protocol, TypeVar

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import select

from shenguan_chassis.deciding import public
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Read
from shenguan_contracts.duties import Duty
from shenguan_contracts.types import Post

from . import rules
from .limits import Promptly
from .rules import WITH_LEGAL_EFFECT, answers_of, demands_of, heard_events, row_of
from .setting import DutyLimit
from .store import duty_limits, limit_id
from .telling import limit_in_words
from .words import Deed, DutyRow

__all__ = [
    "WITH_LEGAL_EFFECT",
    "DutyView",
    "KnownDuty",
    "LimitView",
    "RungView",
    "answers_of",
    "demands_of",
    "duties_shown",
    "heard_events",
    "limit_now",
    "limit_wanted",
    "row_of",
]

A = TypeVar("A")


class Finds(Protocol):
    """A `Tx` or a `Read`: whoever can look up a row by its key."""

    async def find(self, kind: type[A], *key: Any) -> A | None:
        """The row, or None."""


def _in_the_table(duty: Duty) -> Duty:
    if duty not in {row.duty for row in rules.DUTIES}:
        raise PydanticCustomError("unknown_duty", "没有这类义务：请从职责清单中选择。")
    return duty


KnownDuty = Annotated[Duty, AfterValidator(_in_the_table)]
"""A duty as a caller may name it: codes are open to readers of events, not to those who ask here."""


class RungView(Shown):
    """One rung of the ladder."""

    post: Post = Field(description="Who is told.")
    days_after: int = Field(description="Working days after the due day; 0: at once.")


class LimitView(Shown):
    """What 及时 means for one duty."""

    version: int = Field(description="Its edition; obligations keep the one they were born under.")
    duty: Duty = Field(description="Which duty.")
    days: int = Field(description="Working days.")
    basis: str = Field(description="The decision it rests on.")


class DutyView(Shown):
    """One duty, for people."""

    duty: Duty = Field(description="Code.")
    title: str = Field(description="Title, Chinese.")
    timer: bool = Field(description="True if nobody bears it: its end has effect by itself.")
    opened_by: str = Field(description="The event that starts the clock.")
    met_by: tuple[str, ...] = Field(description="The events that are its doing.")
    suspended_by: tuple[str, ...] = Field(description="The events that stop the clock.")
    resumed_by: tuple[str, ...] = Field(description="The events that let it go on.")
    extended_by: tuple[str, ...] = Field(description="The events that lengthen it.")
    cancelled_by: tuple[str, ...] = Field(description="The events that end it undone.")
    limit: str = Field(description="Limit, Chinese.")
    edition: int = Field(description="The edition of a limit that the operator set; 0: as the table has it.")
    source: str = Field(description="What it rests on, Chinese.")
    excusable: bool = Field(description="Whether two persons may find that it does not apply.")
    dormant: bool = Field(description="True while no service says what meets it: none is opened.")
    reminders: tuple[int, ...] = Field(
        description="Working days before the due day at which its bearer is reminded, the yellow card with the first; "
        "0: as the due day begins."
    )
    consequence: str = Field(description="What follows if time passes, Chinese.")
    ladder: tuple[RungView, ...] = Field(description="Who is told, from the due instant on.")


def limit_wanted(duty: Duty) -> list[tuple[type[Any], Any]]:
    """The row that `limit_now` will ask for; none where the law leaves nothing open."""
    return [(DutyLimit, limit_id(duty))] if isinstance(row_of(duty).limit, Promptly) else []


async def limit_now(reader: Finds, duty: Duty) -> DutyLimit | None:
    """What the operator set for a duty; None: the law or the table decides."""
    return await reader.find(DutyLimit, limit_id(duty)) if limit_wanted(duty) else None


@public
async def duties_shown(read: Read) -> list[DutyView]:
    """The whole table."""
    known = {row["duty"]: read.load(DutyLimit, row) for row in await read.rows(select(duty_limits))}
    return [_view(row, known.get(row.duty)) for row in rules.DUTIES]


def _view(row: DutyRow, set_: DutyLimit | None) -> DutyView:
    return DutyView(
        duty=row.duty,
        title=row.title,
        timer=row.timer,
        opened_by=row.opened_by.__name__,
        met_by=_names(row, Deed.MEET),
        suspended_by=_names(row, Deed.SUSPEND),
        resumed_by=_names(row, Deed.RESUME),
        extended_by=_names(row, Deed.EXTEND),
        cancelled_by=_names(row, Deed.CANCEL),
        limit=limit_in_words(row.limit, set_.days if set_ else None),
        edition=set_.version if set_ else 0,
        source=row.source,
        excusable=row.excusable,
        dormant=row.dormant,
        reminders=() if row.timer else row.reminders,
        consequence=row.consequence,
        ladder=tuple(RungView(post=rung.post, days_after=rung.days_after) for rung in row.ladder),
    )


def _names(row: DutyRow, deed: Deed) -> tuple[str, ...]:
    return tuple(about.event.__name__ for does, about in row.touched_by if does is deed)
