"""Which draws were there, and what came of each?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Between, Holds, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_chassis.refusals import NotFound
from shenguan_contracts.expert import Pool
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.lots.names import Purpose
from shenguan_kernel.roles import READERS, Role

from .record import Certificate, DrawState, Published
from .store import draws, escrows


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
    contributors: tuple[str, ...]
    commitments: tuple[str, ...]
    reveals: tuple[str, ...]
    commit_by: datetime | None
    reveal_by: datetime | None
    beacon_due: datetime | None
    beacon_value: str | None
    custodians: tuple[str, ...]
    escrows: tuple[str, ...]
    give_by: datetime | None
    open_by: datetime | None
    replacements: int
    vacant: str | None
    vacant_ground: str | None
    panel_request_id: UUID | None
    released_at: datetime | None


def _draws() -> Select[Any]:
    return select(*(column for column in draws.c if column.name in DrawView.model_fields))


DRAWS = Listing(
    "draws",
    _draws(),
    shows=DrawView,
    filters=[
        Same("purpose", "用途对象", Purpose),
        Same("pool", "名单"),
        Same("state", "抽取状态"),
        Holds("contributor", "随机数提供部门代码", "contributors", DepartmentCode),
        Holds("department", "抽中专家所属部门代码", "departments", DepartmentCode),
        Between("declared_at", "公告时间"),
    ],
    sorts=["declared_at"],
)


@view(*READERS, Role.EXPERT)
async def draws_listed(read: Read, wanted: Asked) -> Page[DrawView]:
    """The draws in the order they were declared."""
    return await DRAWS.page(read, wanted)


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


async def declaration_of(read: Read, draw: UUID) -> Published:
    """What was published of an open draw before any randomness was known; raises NotFound."""
    return await read.get(Published, draw)


async def escrows_of(read: Read, draw: UUID) -> dict[str, str]:
    """By contributor, what lies in escrow: public, as anyone can check it and no single custodian can open it."""
    rows = await read.rows(select(escrows.c.contributor, escrows.c.text).where(escrows.c.draw_id == draw))
    return {row["contributor"]: row["text"] for row in rows}


def _shown(row: Any) -> DrawView:
    return DrawView.model_validate(dict(row))
