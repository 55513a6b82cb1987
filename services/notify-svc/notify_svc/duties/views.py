"""What does the table of duties tell readers and other slices?"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shenguan_chassis.deciding import public
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Read
from shenguan_contracts.duties import Duty
from shenguan_contracts.types import Post

from . import rules
from .rules import answers_of, demands_of, heard_events, row_of
from .words import DutyRow, Promptly, WorkingDays, WorkingDaysFrom

__all__ = ["DutyView", "KnownDuty", "RungView", "answers_of", "demands_of", "duties_shown", "heard_events", "row_of"]


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


class DutyView(Shown):
    """One duty, for people."""

    duty: Duty = Field(description="Code.")
    title: str = Field(description="Title, Chinese.")
    opened_by: str = Field(description="The event that starts the clock.")
    met_by: tuple[str, ...] = Field(description="The events that are its doing.")
    limit: str = Field(description="Limit, Chinese.")
    source: str = Field(description="What it rests on, Chinese.")
    consequence: str = Field(description="What follows if time passes, Chinese.")
    ladder: tuple[RungView, ...] = Field(description="Who is told, from the due instant on.")


@public
async def duties_shown(_: Read) -> list[DutyView]:
    """The whole table."""
    return [_view(row) for row in rules.DUTIES]


def _view(row: DutyRow) -> DutyView:
    return DutyView(
        duty=row.duty,
        title=row.title,
        opened_by=row.opened_by.__name__,
        met_by=tuple(meeting.event.__name__ for meeting in row.met_by),
        limit=_limit_in_words(row),
        source=row.source,
        consequence=row.consequence,
        ladder=tuple(RungView(post=rung.post, days_after=rung.days_after) for rung in row.ladder),
    )


def _limit_in_words(row: DutyRow) -> str:
    match row.limit:
        case WorkingDays(days):
            return f"{days}个工作日"
        case WorkingDaysFrom():
            return "该事项承诺的工作日数"
        case Promptly(days, at_most):
            return f"及时：现定{days}个工作日（可设1至{at_most}个工作日）"
