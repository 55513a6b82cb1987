"""Which doors lead to officers and their numbers?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response

from shenguan_chassis.http import Call
from shenguan_chassis.http.unmasking import Unmask, Unmasked, unmasked
from shenguan_chassis.listing import Asked, Page
from shenguan_kernel.personal import Mobile

from . import commands, views
from .commands import CorrectPerson, RegisterPerson
from .rules import Person
from .views import PeopleFound, PersonListed, PersonView

router = APIRouter(tags=["人员"])


@router.post("/people", summary="登记人员", status_code=201, response_model=PersonView)
async def register(body: RegisterPerson, call: Call) -> Response:
    """Register an officer with name, title and numbers (R16, annex 1)."""
    return await call.give(commands.register_person, body, shows=PersonView, status=201, at="/people/{id}")


@router.get("/people", summary="人员名单", response_model=Page[PersonListed])
async def listed(call: Call, wanted: Annotated[Asked, views.PEOPLE.query]) -> Response:
    """The officers that the caller may see."""
    return await call.show(views.people_listed, wanted)


@router.get("/people-by-number", summary="按号码查找人员", response_model=PeopleFound)
async def found(
    call: Call, mobile: Annotated[Mobile, Header(alias="Find-Mobile", description="手机号码，不得写入网址。")]
) -> Response:
    """Who has this number: it comes in a header, for addresses end in logs."""
    return await call.show(views.people_found, mobile)


@router.get("/people/{person_id}", summary="人员详情", response_model=PersonView)
async def shown(person_id: UUID, call: Call) -> Response:
    """One officer, numbers masked."""
    return await call.show(views.person_shown, person_id)


@router.post("/people/{person_id}/correct", summary="更正人员信息", response_model=PersonView)
async def correct(person_id: UUID, body: CorrectPerson, call: Call) -> Response:
    """Correct what is registered (PIPL art. 46)."""
    return await call.give(commands.correct_person, person_id, body, shows=PersonView, changes=Person)


@router.post("/people/{person_id}/unmask", summary="查看人员号码", response_model=Unmasked)
async def unmask(person_id: UUID, body: Unmask, call: Call) -> Response:
    """Read a number out for a stated purpose, on record each time (PIPL art. 51)."""
    return await unmasked(call, commands.unmask_person, person_id, body)
