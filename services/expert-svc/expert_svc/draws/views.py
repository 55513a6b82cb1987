"""Which draws were there, and what came of each?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Page, Read
from shenguan_chassis.refusals import NotFound
from shenguan_contracts.expert import Pool
from shenguan_kernel.roles import READERS, Role

from .record import Certificate, DrawState
from .store import draws


class DrawView(Shown):
    """抽取."""

    id: UUID
    version: int
    purpose: str
    attempt: int
    pool: Pool
    state: DrawState
    assurance_level: int
    declaration_hash: str
    panels: str
    declared_at: datetime
    panel: tuple[str, ...]
    departments: tuple[str, ...]
    certificate_hash: str | None
    completed_at: datetime | None
    voided_at: datetime | None
    void_reason: str | None


@view(*READERS, Role.EXPERT)
async def draws_listed(read: Read, *, purpose: str | None, after: str | None, limit: int) -> Page[DrawView]:
    """The draws by time; a department's are those on whose panel its experts are."""
    statement = _draws() if purpose is None else _draws().where(draws.c.purpose == purpose)
    return await read.page(statement, [draws.c.declared_at, draws.c.id], _shown, after=after, limit=limit)


@view(*READERS, Role.EXPERT)
async def draw_shown(read: Read, draw: UUID) -> DrawView:
    """One draw; raises NotFound."""
    rows = await read.rows(_draws().where(draws.c.id == draw))
    if not rows:
        raise NotFound()
    return _shown(rows[0])


async def certificate_of(read: Read, draw: UUID) -> Certificate:
    """The certificate of a draw; public, as the guarantee is; raises NotFound."""
    return await read.get(Certificate, draw)


def _draws() -> Select[Any]:
    return select(*(column for column in draws.c if column.name != "drawn_by"))


def _shown(row: Any) -> DrawView:
    return DrawView.model_validate(dict(row))
