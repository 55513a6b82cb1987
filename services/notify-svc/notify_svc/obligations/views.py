"""What does one read of obligations? Lists, one with its explanation, counts, escalations, and what would be due if."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import func, select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.journal.history import Subject
from shenguan_chassis.listing import Asked, Between, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_contracts.duties import Duty
from shenguan_contracts.types import DepartmentCode, Post
from shenguan_kernel.roles import READERS
from shenguan_kernel.working_days import due, working_days

from ..calendar import views as calendar
from ..calendar.views import DueView
from ..duties import views as duties
from . import rules
from .rules import Obligation, ObligationState
from .store import escalations, obligations


class ObligationView(Shown):
    """One obligation."""

    id: UUID = Field(description="The obligation.")
    version: int = Field(description="Its version.")
    duty: Duty = Field(description="Which duty.")
    title: str = Field(description="The duty's title, Chinese.")
    department: str = Field(description="Who bears it.")
    recipient: str | None = Field(description="To whom it is owed, where there is one.")
    about: str = Field(description="The subject it is about.")
    state: ObligationState = Field(description="Where it stands.")
    since_at: datetime = Field(description="The instant it counts from.")
    due_on: date = Field(description="Last day.")
    due_at: datetime = Field(description="The instant it ends.")
    provisional: bool = Field(description="True if an announcement may still move it.")
    met_at: datetime | None = Field(description="When it was met.")
    overdue_at: datetime | None = Field(description="When it was found overdue.")


class EscalationView(Shown):
    """A rung of a ladder that was told."""

    obligation_id: UUID = Field(description="The obligation.")
    rung: Post = Field(description="Which post was told.")
    department: str = Field(description="Whose obligation it is.")
    person_id: UUID | None = Field(description="Who held the post then; null: it was vacant.")
    raised_at: datetime = Field(description="When.")


class ExplainedObligation(ObligationView):
    """One obligation with the reasons of its date and who was told."""

    source: str = Field(description="What the duty rests on, Chinese.")
    consequence: str = Field(description="What follows if time passes, Chinese.")
    count: DueView = Field(description="Each day counted or skipped and why, by the calendar it was counted by.")
    escalations: list[EscalationView] = Field(description="Who was told, in order.")


class RungPreview(Shown):
    """When a rung would be told."""

    post: Post = Field(description="Who.")
    at: datetime = Field(description="When.")


class Preview(Shown):
    """What would be due if something happened at an instant."""

    duty: Duty = Field(description="Which duty.")
    title: str = Field(description="Its title, Chinese.")
    source: str = Field(description="What it rests on, Chinese.")
    count: DueView = Field(description="When it would be due, and why.")
    ladder: list[RungPreview] = Field(description="Who would be told when, if nobody acted.")


class Count(Shown):
    """How many obligations of a duty stand where."""

    duty: Duty = Field(description="Which duty.")
    state: ObligationState = Field(description="Where they stand.")
    number: int = Field(description="How many.")


def _view(row: Mapping[str, Any]) -> ObligationView:
    return ObligationView(**dict(row), title=duties.row_of(Duty(row["duty"])).title)


OBLIGATIONS = Listing(
    "obligations",
    select(*(obligations.c[name] for name in ObligationView.model_fields if name in obligations.c)),
    shows=ObligationView,
    show=_view,
    filters=[
        Same("department", "承担单位代码", DepartmentCode),
        Same("state", "状态"),
        Same("duty", "义务类别", duties.KnownDuty),
        Same("about", "相关对象，如 case/编号", Annotated[str, StringConstraints(max_length=200)]),
        Same("recipient", "对方单位代码", DepartmentCode),
        Between("due_at", "截止时间"),
    ],
    sorts=["due_at"],
)

ESCALATIONS = Listing(
    "escalations",
    select(escalations),
    shows=EscalationView,
    filters=[
        Same("department", "承担单位代码", DepartmentCode),
        Same("obligation_id", "义务编号"),
        Same("rung", "被通知的岗位"),
        Between("raised_at", "督办时间"),
    ],
    sorts=["raised_at"],
)


@view(*READERS)
async def obligations_shown(read: Read, wanted: Asked) -> Page[ObligationView]:
    """A page by due instant."""
    return await OBLIGATIONS.page(read, wanted)


@view(*READERS)
async def obligation_shown(read: Read, key: UUID) -> ExplainedObligation:
    """One obligation, explained by the calendar it was counted by."""
    obligation = await read.get(Obligation, key)
    counted_by = await calendar.calendar_then(read, obligation.calendar)
    ends = due(obligation.since_at, working_days(obligation.days), counted_by)
    row = duties.row_of(obligation.duty)
    told = select(escalations).where(escalations.c.obligation_id == key).order_by(escalations.c.raised_at)
    return ExplainedObligation(
        **_facts(obligation),
        source=row.source,
        consequence=row.consequence,
        count=calendar.explained(ends, obligation.calendar),
        escalations=_in_order(await read.rows(told)),
    )


async def explanation_attached(read: Read, obligation: Subject) -> dict[str, str]:
    """What an evidence bundle says of an obligation: its date, each day counted or skipped, and who was told."""
    explained = await obligation_shown(read, obligation.id)
    return {f"obligation-{obligation.id}.json": explained.model_dump_json(indent=1)}


@view(*READERS)
async def counts_shown(read: Read) -> list[Count]:
    """How many stand where."""
    by = obligations.c.duty, obligations.c.state
    rows = await read.rows(select(*by, func.count().label("number")).group_by(*by).order_by(*by))
    return [Count.model_validate(dict(row)) for row in rows]


@view(*READERS)
async def escalations_shown(read: Read, wanted: Asked) -> Page[EscalationView]:
    """Who was told, by time."""
    return await ESCALATIONS.page(read, wanted)


@view(*READERS)
async def preview_shown(read: Read, duty: Duty, since_at: datetime, days: int | None) -> Preview:
    """When a duty would be due that began at `since_at`; `days` where the event promises the limit."""
    row = duties.row_of(duty)
    limit = rules.limit_of(row, days)
    counted_by = await calendar.calendar_now(read, since_at, working_days(limit + row.climb))
    ends = due(since_at, working_days(limit), counted_by)
    ladder = rules.ladder(ends.due_on, ends.due_at, row.ladder, counted_by)
    return Preview(
        duty=duty,
        title=row.title,
        source=row.source,
        count=calendar.explained(ends, calendar.editions(counted_by, since_at, ends.due_on)),
        ladder=[RungPreview(post=rung.post, at=rung.at) for rung in ladder],
    )


def _facts(obligation: Obligation) -> dict[str, Any]:
    shown = set(ObligationView.model_fields) - {"title"}
    return {name: getattr(obligation, name) for name in shown} | {"title": duties.row_of(obligation.duty).title}


def _in_order(rows: Any) -> list[EscalationView]:
    posts = list(Post)
    found = [EscalationView.model_validate(dict(row)) for row in rows]
    return sorted(found, key=lambda told: (told.raised_at, posts.index(told.rung)))
