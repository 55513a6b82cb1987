"""What do the draws look like beside what chance would have made of them? The bureau sees all, a department its own."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import Field
from sqlalchemy import Select, select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_contracts.expert import PatternKind
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.roles import READERS, Role

from . import pictures, store, tables
from .store import Through, draw_patterns

_READERS = (*READERS, Role.SECURITY_AUDITOR)


class ExpertCountView(Shown):
    """专家抽中次数."""

    expert_no: str
    department: str
    draws: int = Field(description="可抽到该专家的抽取次数。")
    drawn: int = Field(description="抽中次数（作废的也计入）。")
    expected: float = Field(description="各次公布概率之和。")
    least: int = Field(description="99% 精确范围的下限（泊松二项分布，两侧各 0.5%）。")
    most: int = Field(description="99% 精确范围的上限。")
    tail: float = Field(description="偏离至此或更远的精确概率（双侧）。")


class DepartmentShareView(Shown):
    """部门占比."""

    department: str
    drawn: int
    expected: float
    share: float
    expected_share: float


class AttemptsView(Shown):
    """抽取次数."""

    attempts: int
    subjects: int


class RecusalsView(Shown):
    """回避次数."""

    department: str
    ground: str
    recusals: int


class StatisticsView(Shown):
    """抽取统计."""

    draws: int
    experts: tuple[ExpertCountView, ...]
    departments: tuple[DepartmentShareView, ...]
    attempts: tuple[AttemptsView, ...]
    recusals: tuple[RecusalsView, ...]
    note: str


class PatternView(Shown):
    """抽取异常."""

    id: UUID
    version: int
    kind: PatternKind
    expert_no: str
    department: str | None
    draws: int
    once_in: int
    noticed_at: datetime


class Picture(StrEnum):
    """图."""

    EXPERTS = "experts"
    DEPARTMENTS = "departments"
    ATTEMPTS = "attempts"
    RECUSALS = "recusals"


NOTE = (
    "范围按每位专家逐次公布的入选概率精确计算，每位专家单独看有 1% 的机会偶然超出，专家多时个别超出属正常；"
    "是否异常以预警为准：预警对全部专家和每次查看一并控制，偶然发出一次的概率低于万分之一。"
)

PATTERNS = Listing(
    "draw-patterns",
    select(*(draw_patterns.c[name] for name in PatternView.model_fields)),
    shows=PatternView,
    filters=[Same("kind", "范围"), Same("department", "所属部门代码", DepartmentCode)],
    sorts=["noticed_at"],
)


@view(*_READERS)
async def statistics_shown(read: Read, through: Through) -> StatisticsView:
    """Attempts, experts' and departments' counts beside their published chances, recusals."""
    found = {picture: await _table(read, picture, through) for picture in Picture}
    (seen,) = await read.rows(store.draws(through))
    return StatisticsView(
        draws=seen["draws"],
        experts=tuple(map(_expert_shown, found[Picture.EXPERTS])),
        departments=_shown(DepartmentShareView, found[Picture.DEPARTMENTS]),
        attempts=_shown(AttemptsView, found[Picture.ATTEMPTS]),
        recusals=_shown(RecusalsView, found[Picture.RECUSALS]),
        note=NOTE,
    )


@view(*_READERS)
async def picture_shown(read: Read, wanted: Picture, through: Through) -> Response:
    """One of the figures as a picture."""
    return Response(_DRAWN[wanted](await _table(read, wanted, through)), media_type="image/svg+xml")


async def _table(read: Read, wanted: Picture, through: Through) -> list[Any]:
    """What a figure shows; in a thread, for exact ranges over many draws take a while."""
    count, *selects = _COUNTED[wanted]
    return await to_thread(count, *[await read.rows(selected(through)) for selected in selects])


def _expert_shown(one: tables.ExpertCount) -> ExpertCountView:
    counted = {name: getattr(one.count, name) for name in ("draws", "drawn", "expected", "least", "most", "tail")}
    return ExpertCountView(expert_no=one.expert_no, department=one.department, **counted)


@view(*_READERS)
async def patterns_listed(read: Read, wanted: Asked) -> Page[PatternView]:
    """The alarms in the order in which they were raised."""
    return await PATTERNS.page(read, wanted)


_COUNTED: dict[Picture, tuple[Callable[..., list[Any]], *tuple[Callable[[Through], Select[Any]], ...]]] = {
    Picture.EXPERTS: (tables.of_experts, store.tallies),
    Picture.DEPARTMENTS: (tables.of_departments, store.tallies, store.seats_within_reach),
    Picture.ATTEMPTS: (tables.of_subjects, store.attempts),
    Picture.RECUSALS: (tables.of_recusals, store.recusals),
}
_DRAWN: dict[Picture, Callable[[list[Any]], str]] = {
    Picture.EXPERTS: pictures.of_experts,
    Picture.DEPARTMENTS: pictures.of_departments,
    Picture.ATTEMPTS: pictures.of_subjects,
    Picture.RECUSALS: pictures.of_recusals,
}


def _shown(kind: type[Any], rows: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(kind(**{name: getattr(row, name) for name in kind.model_fields}) for row in rows)
