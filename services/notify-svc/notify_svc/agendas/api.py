"""Which doors do agendas have? Three for the office, and the secret address itself, which asks for no token."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Response

from shenguan_chassis.http import Call, Visit
from shenguan_chassis.identity.caller import Caller
from shenguan_chassis.listing import Asked, Page

from ..settings import runtime_of
from . import commands, views
from .commands import Made, OpenAgenda
from .rules import ADDRESS, Agenda
from .views import AgendaAddress, AgendaView

router = APIRouter(tags=["时限日历"])


@router.post("/agendas", summary="开通时限日历", status_code=201, response_model=AgendaAddress)
async def open_one(body: OpenAgenda, call: Call) -> Response:
    """A secret address for the office's calendar programs; told in this answer, and never again."""
    made: Made = []
    answer = await call.give(commands.open_agenda, body, made, shows=AgendaView, status=201, at="/agendas/{id}")
    return _with_address(answer, made, runtime_of(call).service.prefix)


@router.get("/agendas", summary="时限日历清单", response_model=Page[AgendaView])
async def listed(call: Call, wanted: Annotated[Asked, views.AGENDAS.query]) -> Response:
    """The agendas of the caller's office, open and closed."""
    return await call.show(views.agendas_listed, wanted)


@router.get("/agendas/{agenda_id}", summary="时限日历详情", response_model=AgendaView)
async def shown(agenda_id: UUID, call: Call) -> Response:
    """One agenda; its address was told when it was opened."""
    return await call.show(views.agenda_described, agenda_id)


@router.post("/agendas/{agenda_id}/close", summary="关闭时限日历", response_model=AgendaView)
async def close_one(agenda_id: UUID, call: Call) -> Response:
    """Its address leads nowhere any more: for one that was lost, or came into wrong hands."""
    return await call.give(commands.close_agenda, agenda_id, shows=AgendaView, changes=Agenda)


@router.get(
    "/agendas/{secret}/calendar.ics",
    summary="时限日历（保密地址）",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
async def read_one(
    secret: Annotated[str, Path(pattern=ADDRESS, description="开通时告知的地址中的保密部分。", examples=["A" * 43])],
    visit: Visit,
) -> Response:
    """What the office still owes, as an iCalendar file (RFC 5545), for whoever knows the address."""
    runtime = runtime_of(visit)
    async with runtime.reading(runtime.myself) as read:
        office = await views.office_at(read, secret)
    visit.caller = Caller(person="agenda", organisation="", department=office)
    return await visit.show(views.agenda_shown, office)


def _with_address(answer: Response, made: Made, prefix: str) -> Response:
    """The answer with the address in it, unless it is an earlier one that was given again."""
    shown = orjson.loads(answer.body)
    fresh = bool(made) and shown["id"] == str(made[0][0].id)
    path = f"{prefix}/agendas/{made[0][1]}/calendar.ics" if fresh else None
    answer.body = orjson.dumps({**shown, "address": path})
    answer.headers["Content-Length"] = str(len(answer.body))
    answer.headers["Cache-Control"] = "no-store"
    return answer
