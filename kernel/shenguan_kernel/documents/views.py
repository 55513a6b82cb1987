"""Which incoming documents may an office see? Its own, and those that were passed on to it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Page, Read

from ..roles import READERS
from .rules import ForwardingState, PolicyDocument
from .store import documents


class ForwardingView(Shown):
    """抄告情况 of one recipient."""

    recipient: str
    state: ForwardingState
    forwarded_at: datetime | None
    acknowledged_at: datetime | None


class DocumentView(Shown):
    """上级文件."""

    id: UUID
    version: int
    department: str
    title: str
    document_no: str | None
    superior: str
    issued_on: date | None
    received_at: datetime
    registered_at: datetime
    forwardings: tuple[ForwardingView, ...]


@view(*READERS)
async def document_shown(read: Read, document_id: UUID) -> DocumentView:
    """One document; raises NotFound."""
    return DocumentView.model_validate(await read.get(PolicyDocument, document_id))


@view(*READERS)
async def documents_listed(read: Read, *, after: str | None, limit: int) -> Page[DocumentView]:
    """The documents, the oldest first."""
    return await read.page(
        select(documents),
        [documents.c.id],
        lambda row: DocumentView.model_validate(dict(row)),
        after=after,
        limit=limit,
    )
