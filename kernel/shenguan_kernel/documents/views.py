"""Which incoming documents may an office see? Its own, and those that were passed on to it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Page, Read
from shenguan_chassis.refusals import NotFound

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


async def document_shown(read: Read, document_id: UUID) -> DocumentView:
    """One document; raises NotFound for one that the caller's office neither holds nor was given."""
    document = await read.get(PolicyDocument, document_id)
    if read.scope not in (None, document.department):
        share = document.forwarding_to(read.scope)
        if share is None or share.state is ForwardingState.OPEN:
            raise NotFound
    return DocumentView.model_validate(document)


async def documents_listed(read: Read, *, after: str | None, limit: int) -> Page[DocumentView]:
    """The documents the caller may see, the oldest first."""
    listed = select(documents)
    if read.scope is not None:
        listed = listed.where(_within(read.scope))
    return await read.page(
        listed, [documents.c.id], lambda row: DocumentView.model_validate(dict(row)), after=after, limit=limit
    )


def _within(office: str) -> ColumnElement[bool]:
    """Its own, or passed on to it."""
    still_open = documents.c.forwardings.contains([{"recipient": office, "state": ForwardingState.OPEN.value}])
    return or_(documents.c.department == office, and_(documents.c.recipients.contains([office]), ~still_open))
