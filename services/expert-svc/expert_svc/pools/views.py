"""Who is on the lists?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Page, Read
from shenguan_contracts.expert import Pool

from .rules import Expert, ExpertState
from .store import expert_of, experts


class ExpertView(Shown):
    """在库专家."""

    id: UUID
    version: int
    expert_no: str
    pool: Pool
    department: str
    fields: tuple[str, ...]
    qualifications: tuple[str, ...]
    filed_at: datetime
    state: ExpertState


async def experts_listed(read: Read, *, pool: Pool | None, after: str | None, limit: int) -> Page[ExpertView]:
    """The experts that the caller may see, in the order of their numbers."""
    statement = _experts(read) if pool is None else _experts(read).where(experts.c.pool == pool)
    return await read.page(statement, [experts.c.number], _shown, after=after, limit=limit)


async def expert_shown(read: Read, expert: UUID) -> ExpertView:
    """One expert; another department's is not there."""
    found = await read.get(Expert, expert)
    read.mine(found.department)
    return ExpertView.model_validate(found)


def _experts(read: Read) -> Select[Any]:
    statement = select(experts)
    return statement if read.scope is None else statement.where(experts.c.department == read.scope)


def _shown(row: Any) -> ExpertView:
    return ExpertView.model_validate(expert_of(row))
