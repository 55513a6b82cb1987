"""Which draws were there, and what came of each?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Page, Read
from shenguan_chassis.refusals import NotFound
from shenguan_contracts.expert import Pool

from .record import Draw, DrawState
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


async def draws_listed(read: Read, *, purpose: str | None, after: str | None, limit: int) -> Page[DrawView]:
    """The draws that the caller may see: a department those on whose panel its experts are."""
    statement = _draws(read) if purpose is None else _draws(read).where(draws.c.purpose == purpose)
    return await read.page(statement, [draws.c.declared_at, draws.c.id], _shown, after=after, limit=limit)


async def draw_shown(read: Read, draw: UUID) -> DrawView:
    """One draw; raises NotFound where no expert of the caller's department is on the panel."""
    rows = await read.rows(_draws(read).where(draws.c.id == draw))
    if not rows:
        raise NotFound()
    return _shown(rows[0])


async def certificate_of(read: Read, draw: UUID) -> tuple[str, str]:
    """The certificate file of a draw and its SHA-256; public, as the guarantee is; raises NotFound."""
    found = await read.get(Draw, draw)
    if found.certificate is None or found.certificate_hash is None:
        raise NotFound()
    return found.certificate, found.certificate_hash


def _draws(read: Read) -> Select[Any]:
    kept_back = {"certificate", "drawn_by"}
    statement = select(*(column for column in draws.c if column.name not in kept_back))
    return statement if read.scope is None else statement.where(draws.c.departments.contains([read.scope]))


def _shown(row: Any) -> DrawView:
    return DrawView.model_validate(dict(row))
