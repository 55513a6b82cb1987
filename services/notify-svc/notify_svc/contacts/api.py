"""Which doors lead to contacts? What is entered there is never shown again but masked, or read out on record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.http.unmasking import Unmask, Unmasked, unmasked
from shenguan_chassis.listing import Asked, Page

from ..looking_up import refused_because
from . import commands, views
from .addresses import in_clear
from .commands import ChangeContact, RegisterContact
from .rules import Contact
from .views import ContactListed, ContactView, PostUnreached

router = APIRouter(tags=["提醒渠道"])


@router.post("/contacts", summary="登记提醒渠道", status_code=201, response_model=ContactView)
async def register(body: RegisterContact, call: Call) -> Response:
    """Say how a registered officer is reached, and when he may be."""
    because = await _because(call, commands.register_contact, body)
    return await call.give(commands.register_contact, body, because, shows=ContactView, status=201, at="/contacts/{id}")


@router.get("/contacts", summary="提醒渠道清单", response_model=Page[ContactListed])
async def listed(call: Call, wanted: Annotated[Asked, views.CONTACTS.query]) -> Response:
    """Who can be reminded, and by what kinds of channel."""
    return await call.show(views.contacts_listed, wanted)


@router.get("/contacts/{contact_id}", summary="提醒渠道详情", response_model=ContactView)
async def shown(contact_id: UUID, call: Call) -> Response:
    """How one officer is reached, masked."""
    return await call.show(views.contact_shown, contact_id)


@router.post("/contacts/{contact_id}/change", summary="变更提醒渠道", response_model=ContactView)
async def change(contact_id: UUID, body: ChangeContact, call: Call) -> Response:
    """Another way to be reached, or another time of day."""
    because = await _because(call, commands.change_contact, body)
    return await call.give(commands.change_contact, contact_id, body, because, shows=ContactView, changes=Contact)


@router.post("/contacts/{contact_id}/withdraw", summary="注销提醒渠道", response_model=ContactView)
async def withdraw(contact_id: UUID, call: Call) -> Response:
    """Erase what leads to the person."""
    return await call.give(commands.withdraw_contact, contact_id, shows=ContactView, changes=Contact)


@router.post("/contacts/{contact_id}/unmask", summary="查看提醒渠道内容", response_model=Unmasked)
async def unmask(contact_id: UUID, body: Unmask, call: Call) -> Response:
    """Read out what leads to an officer for a stated purpose, on record each time."""
    return await unmasked(call, commands.unmask_contact, contact_id, body)


@router.get("/posts-unreached", summary="无法提醒的岗位", response_model=list[PostUnreached])
async def unreached(call: Call) -> Response:
    """The posts that are vacant or whose holder has no channel."""
    return await call.show(views.posts_unreached)


async def _because(call: Call, command: Callable[..., Awaitable[Contact]], body: ChangeContact) -> str | None:
    """Why the web address of a body may not be called, where there is one."""
    return None if body.webhook is None else await refused_because(call, command, in_clear(body.webhook))
