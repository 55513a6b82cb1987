"""At which doors are incoming documents entered, passed on and confirmed?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call
from shenguan_chassis.listing import Asked, Page

from . import commands, views
from .commands import ForwardDocument, ReceiveDocument
from .rules import PolicyDocument
from .views import DocumentView

router = APIRouter(prefix="/documents", tags=["上级文件"])


@router.post("", summary="收文登记", status_code=201, response_model=DocumentView)
async def receive(body: ReceiveDocument, call: Call) -> Response:
    """Enter a superior's document; a working day begins for each recipient (R17, R18)."""
    return await call.give(commands.receive_document, body, shows=DocumentView, status=201, at="/documents/{id}")


@router.post("/{document_id}/forwardings", summary="抄告", response_model=DocumentView)
async def forward(document_id: UUID, body: ForwardDocument, call: Call) -> Response:
    """Pass the document on to one recipient."""
    return await call.give(commands.forward_document, document_id, body, shows=DocumentView, changes=PolicyDocument)


@router.post("/{document_id}/acknowledge", summary="签收", response_model=DocumentView)
async def acknowledge(document_id: UUID, call: Call) -> Response:
    """Confirm for the caller's own office that it has the document."""
    return await call.give(commands.acknowledge_document, document_id, shows=DocumentView, changes=PolicyDocument)


@router.get("/{document_id}", summary="文件详情", response_model=DocumentView)
async def show(document_id: UUID, call: Call) -> Response:
    """One document with what was done about it."""
    return await call.show(views.document_shown, document_id)


@router.get("", summary="文件列表", response_model=Page[DocumentView])
async def listed(call: Call, wanted: Annotated[Asked, views.DOCUMENTS.query]) -> Response:
    """The documents the caller's office holds or was given, page by page."""
    return await call.show(views.documents_listed, wanted)
