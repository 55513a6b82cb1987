"""Which addresses has an office opened, and what stands at one of them?"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import Response
from pydantic import Field
from sqlalchemy import select

from shenguan_chassis.deciding import public, view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_chassis.refusals import NotFound
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.roles import READERS, Role

from ..explanations.views import calendar_of
from .rules import Agenda, AgendaState, digest_of
from .store import agendas, at_address

_FRESH_FOR = 900
"""Seconds for which a calendar program may keep what it read."""


class AgendaView(Shown):
    """时限日历."""

    id: UUID
    version: int
    department: str = Field(description="单位代码。")
    state: AgendaState = Field(description="状态。")
    opened_at: datetime = Field(description="开通时间。")
    closed_at: datetime | None = Field(description="关闭时间。")


class AgendaAddress(AgendaView):
    """时限日历与其地址；地址只在此应答中出现一次."""

    address: str | None = Field(
        description="日历程序订阅的路径，前面加本平台的网址；重试同一请求时不再出现，遗失请关闭后重新开通。"
    )


AGENDAS = Listing(
    "agendas",
    select(*(agendas.c[name] for name in AgendaView.model_fields)),
    shows=AgendaView,
    filters=[Same("department", "单位代码", DepartmentCode), Same("state", "状态")],
    sorts=["id"],
)


@view(*READERS, Role.SYSTEM_ADMINISTRATOR)
async def agendas_listed(read: Read, wanted: Asked) -> Page[AgendaView]:
    """The agendas that the reader's office opened; no address is among it."""
    return await AGENDAS.page(read, wanted)


@view(*READERS, Role.SYSTEM_ADMINISTRATOR)
async def agenda_described(read: Read, agenda_id: UUID) -> AgendaView:
    """One agenda; raises NotFound."""
    return AgendaView.model_validate(await read.get(Agenda, agenda_id))


async def office_at(read: Read, address: str) -> str:
    """Whose agenda has the address; raises NotFound for one that is closed or never was."""
    rows = await read.rows(at_address(digest_of(address)))
    if not rows:
        raise NotFound
    office: str = rows[0]["department"]
    return office


@public
async def agenda_shown(read: Read, department: str) -> Response:
    """What one office still owes, as a calendar file, to who knows the address."""
    shown = await calendar_of(read, department)
    shown.headers["Cache-Control"] = f"private, max-age={_FRESH_FOR}"
    shown.headers["Referrer-Policy"] = "no-referrer"
    return shown
