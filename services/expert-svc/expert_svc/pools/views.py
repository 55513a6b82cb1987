"""Who is on the lists?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Page, Read
from shenguan_contracts.expert import Pool
from shenguan_kernel.roles import READERS, Role

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


@view(*READERS, Role.EXPERT)
async def experts_listed(read: Read, *, pool: Pool | None, after: str | None, limit: int) -> Page[ExpertView]:
    """The experts in the order of their numbers."""
    statement = select(experts) if pool is None else select(experts).where(experts.c.pool == pool)
    return await read.page(statement, [experts.c.number], _shown, after=after, limit=limit)


@view(*READERS, Role.EXPERT)
async def expert_shown(read: Read, expert: UUID) -> ExpertView:
    """One expert; raises NotFound."""
    return ExpertView.model_validate(await read.get(Expert, expert))


def _shown(row: Any) -> ExpertView:
    return ExpertView.model_validate(expert_of(row))
