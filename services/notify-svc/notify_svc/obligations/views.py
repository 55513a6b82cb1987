"""What does one read of obligations? Lists, one of them, counts, escalations, and what would be due if."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import func, select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.journal.history import Subject
from shenguan_chassis.listing import Asked, Between, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_chassis.tx import Tx
from shenguan_contracts.duties import Duty
from shenguan_contracts.types import CardColour, DepartmentCode, Post
from shenguan_kernel.roles import READERS
from shenguan_kernel.working_days import Calendar

from ..calendar import views as calendar
from ..calendar.views import DueView
from ..duties import views as duties
from . import asking, passing
from .asking import Supposed
from .counting import End, calendar_start, end_of_count, reach, years_of
from .rules import OWED, Obligation, ObligationState
from .store import Escalation, earlier_dates, escalations, obligations


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
    card: CardColour | None = Field(description="电子监察: its card; none while all is well.")
    timer: bool = Field(description="True if nobody bears it: its end has effect by itself.")
    since_at: datetime = Field(description="The instant it counts from.")
    due_on: date = Field(description="Last day.")
    due_at: datetime = Field(description="The instant it ends.")
    provisional: bool = Field(description="True if an announcement may still move it.")
    met_at: datetime | None = Field(description="When it was met.")
    overdue_at: datetime | None = Field(description="When it was found overdue.")
    ended_at: datetime | None = Field(description="When it was cancelled, found not applicable, or ran out.")
    disclaimed_for: str | None = Field(description="Why its bearer says that it does not apply, if it does.")

    @model_validator(mode="before")
    @classmethod
    def _titled(cls, row: Any) -> Any:
        return _facts(row) if isinstance(row, Obligation) else row


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
        Same("card", "电子监察亮牌"),
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
    end, _ = await end_then(read, obligation)
    row = duties.row_of(obligation.duty)
    told = select(escalations).where(escalations.c.obligation_id == key).order_by(escalations.c.raised_at)
    return ExplainedObligation(
        **_facts(obligation),
        source=row.source,
        consequence=row.consequence,
        count=calendar.explained(end, obligation.calendar),
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
async def preview_shown(read: Read, supposed: Supposed) -> Preview:
    """When a duty would be due that began then, with what would stop or lengthen it; changes nothing."""
    row = duties.row_of(supposed.duty)
    limit = await duties.limit_now(read, supposed.duty)
    count = asking.count_of(row, supposed, limit.days if limit else None)
    counted_by = await calendar.calendar_now(read, calendar_start(count), reach(count, row.climb))
    end = end_of_count(count, counted_by)
    ladder = passing.ladder(end.due_on, end.due_at, row.ladder, counted_by)
    return Preview(
        duty=supposed.duty,
        title=row.title,
        source=row.source,
        count=calendar.explained(end, calendar.editions(counted_by, *years_of(count, end))),
        ladder=[RungPreview(post=rung.post, at=rung.at) for rung in ladder],
    )


class EarlierView(Shown):
    """An end that the obligation had before."""

    due_on: date = Field(description="Last day then.")
    due_at: datetime = Field(description="The instant it would have ended.")
    moved_by: str = Field(description="The event that moved it.")
    moved_at: datetime = Field(description="When.")


async def earlier_ends(read: Read, key: UUID) -> tuple[EarlierView, ...]:
    """The ends that an obligation had before, oldest first."""
    kept = earlier_dates.c
    shown = select(kept.due_on, kept.due_at, kept.moved_by, kept.moved_at).where(kept.obligation_id == key)
    return tuple(EarlierView.model_validate(dict(row)) for row in await read.rows(shown.order_by(kept.until)))


async def how_many_provisional(tx: Tx) -> int:
    """How many open obligations have an end that an announcement may still move."""
    kept = obligations.c
    counted = select(func.count().label("number")).where(kept.state == ObligationState.OPEN, kept.provisional)
    number: int = (await tx.query(counted))[0]["number"]
    return number


async def owed_by(read: Read, department: str, most: int) -> list[Obligation]:
    """What an office still owes, the nearest ends first; timers are nobody's."""
    kept = obligations.c
    owed = select(obligations).where(kept.department == department, kept.state.in_(OWED), kept.timer.is_(False))
    rows = await read.rows(owed.order_by(kept.due_at, kept.id).limit(most))
    return [read.load(Obligation, row) for row in rows]


async def obligations_now(read: Read, keys: Collection[UUID]) -> dict[UUID, Obligation]:
    """Obligations as they stand, by id."""
    rows = await read.rows(select(obligations).where(obligations.c.id.in_(keys))) if keys else ()
    return {row["id"]: read.load(Obligation, row) for row in rows}


def rung_wanted(key: UUID, rung: Post) -> list[tuple[type[Any], Any]]:
    """The rows that `rung_told` will ask for, to be read at once for a whole batch."""
    return [(Escalation, (key, rung))]


async def rung_told(tx: Tx, key: UUID, rung: Post) -> UUID | None:
    """Who held the post when an obligation's ladder reached it; None: it was vacant."""
    told = await tx.find(Escalation, key, rung)
    return told.person_id if told else None


async def end_then(read: Read, obligation: Obligation) -> tuple[End, Calendar]:
    """The end of an obligation, counted anew by the editions that it was counted by."""
    known = await calendar.calendar_then(read, obligation.calendar)
    return end_of_count(obligation.count(), known), known


def _facts(obligation: Obligation) -> dict[str, Any]:
    shown = set(ObligationView.model_fields) - {"title"}
    return {name: getattr(obligation, name) for name in shown} | {"title": duties.row_of(obligation.duty).title}


def _in_order(rows: Any) -> list[EscalationView]:
    posts = list(Post)
    found = [EscalationView.model_validate(dict(row)) for row in rows]
    return sorted(found, key=lambda told: (told.raised_at, posts.index(told.rung)))
